import QueueKit
import RedisClient
import TestSupport
import Testing

/// Redis over TLS, on the command line.
@Suite(.timeLimit(.minutes(2))) struct TLSCommandTests {
    private let secured: SecuredServer
    private let bench: Bench
    private var url: String { "rediss://127.0.0.1:\(secured.port)" }
    private static let password = "hush-hush"
    private static let warning =
        "TLS verifies nothing (--insecure): any server is believed to be Redis, and whoever gets between can read and change everything, jobs and passwords included"

    init() throws {
        secured = try SecuredServer()
        bench = try Bench(server: secured.server)
    }

    private func run(_ words: String..., with variables: [String: String?] = [:]) async throws -> Outcome {
        try await bench.run(words, environment: ["REDIS_URL": url].merging(variables) { $1 })
    }

    @Test func settingsComeByFlagURLAndVariable() async throws {
        let ca = secured.authority.file
        let other = try TestAuthority("Other CA")
        #expect(try await run("list").status == 78)
        #expect(try await run("list", "--tls-ca", ca).status == 0)
        #expect(try await run("--tls-ca", ca, "list").status == 0)
        #expect(try await run("list", with: ["QUEUECTL_TLS_CA": ca]).status == 0)
        #expect(try await run("list", with: ["REDIS_URL": "\(url)?tls_ca=\(ca)"]).status == 0)
        // The flag counts first, then the URL.
        let wrong = ["REDIS_URL": "\(url)?tls_ca=\(other.file)", "QUEUECTL_TLS_CA": ca]
        #expect(try await run("list", with: wrong).status == 78)
        #expect(try await run("list", "--tls-ca", ca, with: wrong).status == 0)
        let named = try await run("list", "--tls-ca", ca, "--tls-server-name", "elsewhere.example")
        #expect(named.status == 78 && named.err.contains("is not for elsewhere.example, but for localhost, 127.0.0.1"))
    }

    /// What the URL says counts before what a variable says, also when it is the stricter of the two.
    @Test func aVariableSwitchesNothingOffThatTheURLAsksFor() async throws {
        let variable = ["QUEUECTL_TLS_INSECURE": "yes"]
        #expect(try await run("list", with: variable).status == 0)
        let strict = ["REDIS_URL": "\(url)?tls_insecure=no"].merging(variable) { $1 }
        #expect(try await run("list", with: strict).status == 78)
        let empty = try await run("list", with: ["QUEUECTL_TLS_CA": ""])
        #expect(empty.status == 78 && empty.err.contains("QUEUECTL_TLS_CA is set, but empty"), "\(empty)")
    }

    @Test func ourCertificateComesByFlagAndVariable() async throws {
        _ = try await secured.server.connection().send(RedisCommand("CONFIG", "SET", "tls-auth-clients", "yes"))
        let own = try secured.authority.issue(to: "worker", for: [])
        let ca = ["QUEUECTL_TLS_CA": secured.authority.file]
        let none = try await run("list", with: ca)
        #expect(none.status == 78)
        #expect(
            none.err.hasSuffix(
                "over TLS: it demands a certificate of ours; give tls_cert and tls_key. See queuectl help tls\n"
            )
        )
        let files = ["QUEUECTL_TLS_CERT": own.certificate, "QUEUECTL_TLS_KEY": own.key]
        #expect(try await run("list", with: ca.merging(files) { $1 }).status == 0)
        #expect(
            try await run("list", "--tls-cert", own.certificate, "--tls-key", own.key, with: ca).status == 0
        )
        // A key that belongs to another certificate, by mistake.
        let other = try secured.authority.issue(to: "other", for: [])
        let mixed = try await run("list", "--tls-cert", own.certificate, "--tls-key", other.key, with: ca)
        #expect(mixed.status == 78)
        #expect(
            mixed.err
                == "queuectl: TLS: the key \(other.key) does not belong to the certificate \(own.certificate). See queuectl help tls\n"
        )
    }

    @Test func flagsWithoutTLSAreRefused() async throws {
        for flag in [["--tls-ca", "x"], ["--insecure"]] {
            try await bench.refuses(
                Refusal(["list"] + flag, 64, "\(flag[0]) needs a Redis URL that begins with rediss://")
            )
        }
        // A variable may be meant for another URL.
        #expect(try await bench.run(["list"], environment: ["QUEUECTL_TLS_CA": "/no/file"]).status == 0)
        #expect(try await run("list", with: ["QUEUECTL_TLS_INSECURE": "perhaps"]).status == 78)
    }

    @Test func whatVerifiesNothingWarns() async throws {
        let outcome = try await run("list", "-q", "--insecure")
        #expect(outcome.status == 0 && outcome.err == "queuectl: Warning: \(Self.warning)\n")
        let json = try await run("list", "--json", with: ["QUEUECTL_TLS_INSECURE": "yes"])
        #expect(try json.err.json()["warning"]?["code"] == .string("insecure"))
        let worker = try await run("worker", "start", "--drain", "--log-format", "json", "--insecure")
        #expect(worker.status == 0 && worker.err == "queuectl: Warning: \(Self.warning)\n")
        #expect(try worker.lines.first?.json()["event"] == .string("insecure"))
    }

    @Test func doctorTellsHowTheWayIsSecured() async throws {
        _ = try await secured.server.connection().send(RedisCommand("CONFIG", "SET", "requirepass", Self.password))
        let place = url.replacing("://", with: "://:\(Self.password)@")
        let trusting = ["QUEUECTL_TLS_CA": secured.authority.file, "REDIS_URL": place]
        let fine = try await run("doctor", with: trusting)
        #expect(fine.status == 0, "\(fine)")
        #expect(
            fine.lines.contains("  ok      transport      TLSv1.3, its certificate ends at 2090-01-01T00:00:00.000Z")
        )
        #expect(fine.lines.first == "Redis rediss://:***@127.0.0.1:\(secured.port)/0")
        #expect(!fine.out.contains(Self.password))
        let blind = try await run("doctor", "--insecure", "-q", with: ["REDIS_URL": place])
        #expect(blind.status == 1 && blind.out == "unverified_server\n")
        let ending = Timestamp(milliseconds: Timestamp.now().milliseconds + 7 * 86_400_000)
        let digits = ending.rfc3339.prefix(19).filter(\.isNumber) + "Z"
        try TestAuthority.replace(secured.certificate, by: secured.authority.issue(until: digits))
        let admin = RedisConnection(
            try RedisConfiguration(url: "unix://:\(Self.password)@\(secured.server.folder.path)/redis.sock")
        )
        _ = try await admin.send(RedisCommand("CONFIG", "SET", "tls-cert-file", secured.certificate.certificate))
        #expect(try await run("doctor", "-q", with: trusting).out == "certificate_ending\n")
    }

    @Test func helpExplainsIt() async throws {
        let help = try await bench.run("help", "tls")
        #expect(help.status == 0)
        for word in ["--tls-ca", "tls_cert", "QUEUECTL_TLS_KEY", "--tls-server-name", "--insecure"] {
            #expect(help.out.contains(word))
        }
    }
}
