import RedisClient
import TestSupport
import Testing

/// Where Redis is said to be, and what it does not allow: which right is missing, and never a password.
@Suite struct RedisRefusalTests {
    @Test(
        arguments: [
            ("", "it has no scheme; use redis://host:port or unix:///path"),
            ("localhost:6379", "it has no scheme; use redis://host:port or unix:///path"),
            ("redis:", "it has no scheme; use redis://host:port or unix:///path"),
            ("redis://", "it has no host; use redis://host:port"),
            ("redis://:secret@:6379", "it has no host; use redis://host:port"),
            ("redis://h:secret@x:99999", "the port must be a number from 1 to 65535"),
            ("redis://:secret@h:", "the port must be a number from 1 to 65535"),
            ("redis://:secret@h:0", "the port must be a number from 1 to 65535"),
            ("redis://:secret@h:1:2", "an IPv6 host must stand in brackets"),
            ("redis://:secret@[::1", "the '[' before the host is not closed"),
            ("redis://:secret@h/x", "the database must be a number from 0"),
            ("redis://:secret@h/-1", "the database must be a number from 0"),
            ("redis://:secret@h/1/2", "the database must be a number from 0"),
            ("redis://:secret@h?timeout=1", "the only query parameter is db, as in ?db=1"),
            ("redis://:secret@h#f", "'#' is not allowed; percent-encode it as %23"),
            ("redis://secret@h", "a user needs a password; use redis://user:password@host or redis://:password@host"),
            ("redis://:secret%zz@h", "the password has a '%' without two hexadecimal digits; write %25 for '%'"),
            ("redis://:secret%00@h", "the password contains a zero byte"),
            ("redis://:sec ret@host", "it contains a space or a control character; percent-encode it"),
            ("redis://\u{1b}[2J:secret@h", "it contains a space or a control character; percent-encode it"),
            ("redis://:secret@host?tls_ca=x", "tls_ca is a setting of TLS; use rediss://"),
            ("rediss://:secret@host?tls_insecure=maybe", "tls_insecure must be yes or no"),
            (
                "http://:secret@host",
                "the scheme is not known; use redis://host:port, unix:///path or redis+sentinel://host:port/name, or rediss for TLS"
            ),
            ("unix://relative", "a socket needs an absolute path; use unix:///path"),
        ] as [(String, String)]
    )
    func aURLThatIsNoneIsRefusedWithoutItsPassword(url: String, reason: String) async throws {
        let bench = try Bench()
        try await bench.refuses(Refusal(["list", "--redis", url], 64, "--redis: \(reason)"))
        guard !url.isEmpty else { return }
        try await bench.refuses(Refusal("list", 78, "REDIS_URL: \(reason)"), environment: ["REDIS_URL": url])
    }

    /// A user who lacks a single right.
    private func bench(without right: String) throws -> (bench: Bench, url: String) {
        let server = try RedisServer(.init(configuration: ["user u on >hush ~* &* +@all -\(right)"]))
        let bench = try Bench(server: server)
        return (bench, bench.url.replacing("unix://", with: "unix://u:hush@"))
    }

    @Test(arguments: ["hset", "rpush", "zadd", "unlink", "exists"])
    func anEnqueueThatMayNotWriteAllWritesNothing(right: String) async throws {
        let (bench, url) = try bench(without: right)
        try await bench.add("job1")
        let place = "Redis at unix:\(bench.server.folder.path)/redis.sock refused script enqueue"
        try await bench.refuses(
            Refusal(
                ["enqueue", "--id", "job2", "--command", "x", "--redis", url],
                4,
                "Cannot enqueue job job2 in \"default\": \(place): NOPERM this user has no permissions to run the '\(right)' command. Ask for that right, or use another user"
            )
        )
    }

    @Test(arguments: ["hdel", "hsetnx", "lpop", "rpush", "lrem", "zrem", "set"])
    func aVerbThatMayNotWriteAllWritesNothing(right: String) async throws {
        let (bench, url) = try bench(without: right)
        try await bench.add("job1", in: .dead)
        for verb in [["dlq", "retry", "job1"], ["delete", "job1"], ["queue", "pause", "default"]] {
            let before = try await bench.keyspace()
            let outcome = try await bench.run(verb + ["--redis", url])
            #expect(outcome.status == 4 && outcome.err.contains("run the '\(right)' command"), "\(outcome.err)")
            #expect(!outcome.err.contains("hush") && outcome.err.split(separator: "\n").count == 1)
            #expect(try await bench.keyspace() == before)
        }
    }

    @Test func whatMayNotBeReadIsLeftToDoctor() async throws {
        let (bench, url) = try bench(without: "hmget")
        try await bench.add("job1")
        let outcome = try await bench.run("enqueue", "--id", "job2", "--command", "x", "--redis", url)
        #expect(outcome.status == 4 && outcome.err.hasSuffix(". queuectl doctor names the right that is missing\n"))
        let doctor = try await bench.run("doctor", "--redis", url).out
        #expect(doctor.contains("ACL SETUSER u +hmget"), "\(doctor)")
    }

    @Test func theKeysOfTheNamespaceAreEnough() async throws {
        let bench = try Bench(server: RedisServer())
        let rules = ["SETUSER", "u", "on", ">hush", "~\(bench.namespace):*", "&\(bench.namespace):*", "+@all"]
        _ = try await bench.redis.send(rules.reduce(into: RedisCommand("ACL")) { $0.append($1) })
        let redis = ["--redis", bench.url.replacing("unix://", with: "unix://u:hush@")]
        try await bench.add("job1", in: .dead)
        for words in [
            ["enqueue", "--id", "job2", "--command", "x"], ["dlq", "retry", "--all"], ["cancel", "job1", "job2"],
        ] {
            let outcome = try await bench.run(words + redis)
            #expect(outcome.status == 0, "\(outcome)")
        }
    }

    @Test func keysThatMayNotBeUsedAreRefused() async throws {
        let server = try RedisServer(.init(configuration: ["user u on >hush ~other:* &* +@all"]))
        let bench = try Bench(server: server)
        try await bench.add("job1")
        let outcome = try await bench.run(
            "enqueue",
            "--command",
            "x",
            "--redis",
            bench.url.replacing("unix://", with: "unix://u:hush@")
        )
        #expect(outcome.status == 4 && outcome.err.contains("NOPERM") && !outcome.err.contains("hush"))
    }
}
