import QueueKit
import RedisClient
import TestSupport
import Testing

/// `install-functions`, and what `doctor` says of what is installed.
@Suite struct InstallFunctionsTests {
    private let call = RedisCommand(
        "FCALL",
        "queuectl_enqueue",
        "1",
        "queuectl:{default}:incoming",
        #"{"command":"true"}"#
    )

    private func place(_ bench: Bench) -> String { "unix:\(bench.server.folder.path)/redis.sock" }

    @Test func theFirstTimeInstallsAndTheSecondSaysSo() async throws {
        let bench = try Bench(server: RedisServer())
        #expect(try await bench.run("install-functions").out == "\(place(bench)): queuectl_enqueue installed\n")
        #expect(try await bench.run("install-functions").out == "\(place(bench)): queuectl_enqueue is there already\n")
        let json = try await bench.run("install-functions", "--json").out
        let servers = #""servers":[{"server":"\#(place(bench))","status":"unchanged"}]"#
        #expect(json == #"{"library":"queuectl","functions":["queuectl_enqueue"],\#(servers)}"# + "\n")
        #expect(try await bench.run("install-functions", "--quiet").out == "queuectl_enqueue\n")
        _ = try await bench.redis.send(call)
    }

    @Test func theCodeOfAnotherReleaseIsReplacedAndToldOf() async throws {
        let bench = try Bench(server: RedisServer())
        let none = try await bench.run("doctor", "--json")
        #expect(none.out.contains(#""functions":"none""#))
        let other = """
            #!lua name=queuectl
            redis.register_function('queuectl_enqueue', function() return 'other' end)
            """
        _ = try await bench.redis.send(RedisCommand("FUNCTION", "LOAD", other))
        let found = try await bench.run("doctor")
        #expect(found.lines.contains("    the functions by which other services add jobs are of another release"))
        #expect(found.lines.contains("      queuectl install-functions"))
        let said = try await bench.run("install-functions").out
        #expect(said == "\(place(bench)): queuectl_enqueue replaced: it was of another release\n")
        #expect(try await bench.redis.send(call).string != "other")
        #expect(try await bench.run("doctor", "--json").out.contains(#""functions":"of this release""#))
    }

    /// The next version of the contract has other names.
    @Test func anotherVersionStaysBesideIt() async throws {
        let bench = try Bench(server: RedisServer())
        let next = """
            #!lua name=queuectl_v2
            redis.register_function('queuectl_enqueue_v2', function() return 'next' end)
            """
        _ = try await bench.redis.send(RedisCommand("FUNCTION", "LOAD", next))
        _ = try await bench.run("install-functions")
        let newer = RedisCommand("FCALL", "queuectl_enqueue_v2", "1", "queuectl:{default}:incoming", "{}")
        #expect(try await bench.redis.send(newer).string == "next")
        #expect(try await bench.redis.send(call).string?.count == 26)
    }

    @Test func itSurvivesARestart() async throws {
        let bench = try Bench(server: RedisServer(.init(appendOnly: true)))
        _ = try await bench.run("install-functions")
        try await waitUntil("it is on disk") {
            try await bench.redis.send(RedisCommand("INFO", "persistence")).string?.contains("aof_pending_bio_fsync:0")
                == true
        }
        try bench.server.restart()
        #expect(try await bench.run("install-functions").out.hasSuffix("is there already\n"))
    }

    @Test func whoMayNotLoadFunctionsIsTold() async throws {
        let server = try RedisServer(.init(configuration: ["user u on >hush ~* &* +@all -function|load"]))
        let bench = try Bench(server: server)
        let url = bench.url.replacing("unix://", with: "unix://u:hush@")
        let said =
            "Cannot install the functions: Redis at \(place(bench)) refused FUNCTION: NOPERM this user has no permissions to run the 'function|load' command. Ask for that right, or use another user"
        try await bench.refuses(Refusal(["install-functions", "--redis", url], 4, said))
        let list = try await bench.redis.send(RedisCommand("FUNCTION", "LIST"))
        #expect(list.array?.isEmpty == true)
    }

    @Test func aServerWithoutFunctionsIsToldOf() async throws {
        let bench = try Bench(server: RedisServer(.init(configuration: [#"rename-command FUNCTION """#])))
        let said =
            "Cannot install the functions: Redis at \(place(bench)) knows no functions. Use Redis 7.0 or later, or push to the incoming list"
        try await bench.refuses(Refusal(["install-functions"], 1, said))
    }

    @Test func aMalformedJobIsExplainedAndMended() async throws {
        let bench = try Bench()
        _ = try await bench.run("install-functions")
        var add = RedisCommand("FCALL", "queuectl_enqueue", "1", bench.queue.keys.incoming)
        add.append(#"{"id":"a","command":"echo hello","timeout":"soon"}"#)
        _ = try await bench.redis.send(add)
        _ = try await bench.run("worker", "start", "--drain")
        let shown = try await bench.run("show", "a")
        #expect(shown.lines.first == "a  dead")
        #expect(
            shown.lines.contains {
                $0.hasPrefix("  reason    malformed") || $0.contains("reason  ") && $0.hasSuffix("malformed")
            }
        )
        #expect(shown.out.contains(#"timeout: "soon" is not a duration"#) && shown.out.contains(#""timeout":"soon""#))
        #expect(shown.out.contains("until somebody mends it: queuectl edit a, then queuectl dlq retry a"))
        #expect(try await bench.run("dlq", "list").out.contains(#"timeout: "soon" is not a duration"#))
        #expect(try await bench.run("edit", "a", "--timeout", "5m").status == 0)
        #expect(try await bench.run("dlq", "retry", "a").status == 0)
        _ = try await bench.run("worker", "start", "--drain")
        #expect(try await bench.job("a").state == .completed)
    }

    @Test func onAClusterItIsOnEveryPrimary() async throws {
        let cluster = try await RedisCluster()
        let bench = try Bench(server: cluster.primaries[0].server)
        let url = "redis://\(cluster.primaries[0].endpoint)"
        let first = try await bench.run("install-functions", "--redis", url)
        #expect(first.lines.count == 3 && first.lines.allSatisfy { $0.hasSuffix(" installed") }, "\(first)")
        for node in cluster.primaries {
            #expect(try await node.admin.send(RedisCommand("FUNCTION", "LIST")).array?.count == 1)
        }
        // And it refuses to run half of it here and half of it there.
        let queue = QueueDirectory(
            namespace: bench.namespace,
            redis: RedisConnection(cluster.primaries[0].configuration)
        )
        .queue(.default)
        let redis = RedisConnection(cluster.primaries[0].configuration)
        defer { redis.close() }
        var add = RedisCommand("FCALL", "queuectl_enqueue", "1", queue.keys.incoming)
        add.append(#"{"command":"true"}"#)
        _ = try await redis.send(add)
        let slot = try await cluster.slot(of: "{default}")
        let owner = cluster.owner(of: slot)
        let (source, target) = (cluster.primaries[owner], cluster.primaries[(owner + 1) % 3])
        try await cluster.beginMove(slot, from: source, to: target)
        let refused = try await source.admin.pipeline([add])[0].error?.message ?? ""
        #expect(refused.hasPrefix("TRYAGAIN the slot of this queue is being moved"), "\(refused)")
        let there = try await target.admin.pipeline([RedisCommand("ASKING"), add])[1].error?.message ?? ""
        #expect(there.hasPrefix("TRYAGAIN the slot of this queue is being moved"), "\(there)")
        while try await cluster.moveKeys(of: slot, atMost: 10, from: source, to: target) {}
        try await cluster.endMove(slot, from: source, to: target)
        _ = try await redis.send(add)
        #expect(try await queue.status(heartbeat: .seconds(10)).jobs[.pending] == 2)
    }
}
