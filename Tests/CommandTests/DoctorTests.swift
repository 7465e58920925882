import QueueKit
import RedisClient
import TestSupport
import Testing

/// `doctor`.
@Suite struct DoctorTests {
    /// A server that keeps its data, as one should.
    private static func sound(_ lines: String...) throws -> RedisServer {
        try RedisServer(.init(appendOnly: true, configuration: ["maxmemory-policy noeviction"] + lines))
    }

    @Test func whereAllIsWellItSaysSo() async throws {
        let bench = try Bench(server: Self.sound())
        for state in JobState.allCases where state != .pending { try await bench.add("j-\(state)", in: state) }
        let outcome = try await bench.run("doctor")
        #expect(outcome.status == 0, "\(outcome.out)")
        #expect(outcome.lines.first == "Redis \(bench.url)?db=0")
        #expect(outcome.lines.contains { $0.hasPrefix("  ok      persistence    append-only file, everysec") })
        #expect(outcome.lines.contains("Queue default"))
        #expect(outcome.lines.contains("  ok      counters   jobs by state"))
        #expect(outcome.lines.contains("  note    work       what waits and what is put aside"))
        #expect(outcome.lines.last == "All is well.")
    }

    @Test func findingsComeWithTheirRemedyAndAreRepaired() async throws {
        let bench = try Bench(server: Self.sound())
        try await bench.add("a", in: .completed)
        try await bench.add("b", in: .dead)
        let keys = bench.queue.keys
        _ = try await bench.redis.pipeline([
            RedisCommand("ZREM", keys.completed, "a"), RedisCommand("DEL", keys.job(try JobID("b"))),
        ])
        let found = try await bench.run("doctor")
        #expect(found.status == 1)
        #expect(found.lines.contains("    job a is completed, and completed has no entry for it"))
        #expect(found.lines.contains("      queuectl doctor --fix --queue default"))
        #expect(found.lines.last == "3 errors, 2 warnings. 5 can be repaired: queuectl doctor --fix")

        let repaired = try await bench.run("doctor", "--fix")
        #expect(repaired.status == 0, "\(repaired.out)")
        #expect(repaired.lines.contains("    repaired  job a is completed, and completed has no entry for it"))
        #expect(repaired.lines.last == "Repaired 5. All is well.")
        #expect(try await bench.run("doctor", "--fix").lines.last == "All is well.")
        #expect(try await bench.run("rejected", "list", "-q").lines.count == 1)
    }

    @Test func inJSONItIsOneObject() async throws {
        let bench = try Bench(server: Self.sound())
        try await bench.add("a")
        _ = try await bench.redis.send(RedisCommand("HSET", bench.queue.keys.counts, "pending", "5"))
        let outcome = try await bench.run("doctor", "--json")
        #expect(outcome.status == 1 && outcome.err == "")
        let json = try outcome.out.json()
        #expect(
            json.names == [
                "redis", "namespace", "time", "healthy", "server", "workers", "queues", "findings", "repaired",
            ]
        )
        #expect(json["healthy"] == .bool(false))
        #expect(json["server"]?.names == CheckArea.ofServer.map(\.rawValue))
        guard case .array(let findings) = json["findings"] else { throw CallError(description: "no findings") }
        #expect(findings.map { $0["code"] } == [.string("counter_off"), .string("no_workers")])
        #expect(
            findings.first?.names == [
                "code", "severity", "area", "queue", "object", "problem", "remedy", "fixable",
            ]
        )
        #expect(try await bench.run("doctor", "-q").out == "counter_off\nno_workers\n")
    }

    @Test func onATerminalThereAreSigns() async throws {
        let bench = try Bench(server: Self.sound())
        try await bench.add("a")
        let outcome = try await bench.run(["doctor"], environment: ["NO_COLOR": "1"], columns: 100)
        #expect(outcome.out.contains("  ✓ version  ") && outcome.out.contains("  ! work  "))
        #expect(outcome.out.contains("    queuectl worker start"))
    }

    @Test func severalQueuesAreNamedOrAllAreChecked() async throws {
        let bench = try Bench(server: Self.sound())
        for name in ["mail", "video", "audio"] {
            try await bench.add("a", in: .completed, to: bench.directory.queue(QueueName(name)))
        }
        let named = try await bench.run("doctor", "--queue", "mail", "--queue", "video")
        #expect(named.lines.filter { $0.hasPrefix("Queue ") } == ["Queue mail", "Queue video"])
        let all = try await bench.run("doctor")
        #expect(all.lines.filter { $0.hasPrefix("Queue ") } == ["Queue audio", "Queue mail", "Queue video"])
        #expect(try await bench.run("doctor", "--queue", "a b").status == 64)
    }

    @Test func aQueueThatIsNoneIsNotFound() async throws {
        let bench = try Bench(server: Self.sound())
        #expect(try await bench.run("doctor", "--queue", "default").lines.contains("Queue default"))
        try await bench.add("a", in: .completed, to: bench.directory.queue(QueueName("mail")))
        let near = try await bench.run("doctor", "--queue", "mail", "--queue", "mial")
        #expect(near.status == 3 && near.out == "")
        #expect(near.err == "queuectl: Cannot check queue mial: there is no such queue; did you mean mail?\n")
        let far = try await bench.run("doctor", "--queue", "nosuch")
        #expect(far.status == 3)
        #expect(far.err == "queuectl: Cannot check queue nosuch: there is no such queue. See queuectl queue list\n")
        let json = try await bench.run("doctor", "--queue", "nosuch", "--json")
        #expect(json.status == 3 && json.out == "")
        #expect(try json.err.json()["error"]?["code"] == .string("not_found"))
    }

    @Test func theAdviceNamesTheQueuesThatWereNamed() async throws {
        let bench = try Bench(server: Self.sound())
        try await bench.add("a", in: .completed)
        _ = try await bench.redis.send(RedisCommand("ZREM", bench.queue.keys.completed, "a"))
        let last = try #require(try await bench.run("doctor", "--queue", "default").lines.last)
        #expect(last.hasSuffix("can be repaired: queuectl doctor --fix --queue default"), "\(last)")
    }

    /// Settings of a server, and what is found.
    static let servers: [(lines: [String], commands: [[String]], code: String)] = [
        (["appendonly no"], [], "not_persistent"),
        (["appendonly no", "save 60 1"], [], "snapshots_only"),
        (["maxmemory-policy allkeys-lru", "maxmemory 100mb"], [], "eviction_policy"),
        (["replicaof 127.0.0.1 1"], [], "replica"),
        ([], [["CONFIG", "SET", "maxmemory", "1000000"]], "memory_nearly_full"),
        ([], [["HSET", "N:config", "lease", "soon"]], "damaged_setting"),
    ]

    @Test(arguments: servers.indices)
    func theServerIsLookedAt(at: Int) async throws {
        let (lines, commands, code) = Self.servers[at]
        let bench = try Bench(server: RedisServer(.init(appendOnly: true, configuration: lines)))
        for words in commands {
            var command = RedisCommand(words[0])
            for word in words.dropFirst() { command.append(word.replacing("N:", with: "\(bench.namespace):")) }
            _ = try await bench.redis.send(command)
        }
        let outcome = try await bench.run("doctor", "-q")
        #expect(outcome.lines == [code] && outcome.status == 1, "\(outcome)")
    }

    @Test(
        arguments: [
            ("127.0.0.1 -10.255.255.1", "no", ["open_server"]), ("127.0.0.1 -10.255.255.1", "yes", []),
            ("127.0.0.1 -::1", "no", []),
        ] as [(String, String, [String])]
    )
    func aServerThatLetsAnyoneInIsToldOf(bind: String, protectedMode: String, codes: [String]) async throws {
        // An address with a dash need not be there: in truth it listens to this machine alone.
        let lines = ["maxmemory-policy noeviction", "bind \(bind)", "protected-mode \(protectedMode)"]
        let bench = try Bench(server: RedisServer(.init(tcp: true, appendOnly: true, configuration: lines)))
        #expect(try await bench.run("doctor", "-q").lines == codes)
        _ = try await bench.redis.send(RedisCommand("CONFIG", "SET", "requirepass", "sesame"))
        let url = bench.url.replacing("unix://", with: "unix://:sesame@")
        #expect(try await bench.run("doctor", "-q", "--redis", url).lines == [])
    }

    @Test func aRightThatIsMissingIsNamedAndNoPassword() async throws {
        let server = try Self.sound("user limited on >sesame ~*:{default}:* ~*:queues ~*:config &* +@all -lmpop -xadd")
        let bench = try Bench(server: server)
        try await bench.add("a", in: .completed)
        let url = bench.url.replacing("unix://", with: "unix://limited:sesame@")
        let outcome = try await bench.run("doctor", "--redis", url)
        #expect(outcome.status == 1 && !outcome.out.contains("sesame") && !outcome.err.contains("sesame"))
        let remedies = outcome.lines.filter { $0.contains("ACL SETUSER") }.map { $0.drop { $0 == " " } }
        #expect(
            remedies == [
                "ACL SETUSER limited +lmpop", "ACL SETUSER limited +xadd",
                "ACL SETUSER limited ~\(bench.namespace):worker:*", "ACL SETUSER limited ~\(bench.namespace):stop:*",
            ]
        )
        #expect(try await bench.queue.status(heartbeat: .seconds(10)).jobs[.completed] == 1)
    }

    @Test func aUserWhoMayOnlyReadIsToldWhatIsMissing() async throws {
        let server = try Self.sound(
            "user reader on nopass ~* &* +@read +info +ping +multi +discard +evalsha +eval +time"
        )
        let bench = try Bench(server: server)
        try await bench.add("a", in: .completed)
        let keys = try await bench.keyCount()
        let url = bench.url.replacing("unix://", with: "unix://reader:x@")
        let outcome = try await bench.run("doctor", "-q", "--redis", url)
        #expect(outcome.status == 1 && Set(outcome.lines) == ["missing_right"], "\(outcome)")
        #expect(try await bench.keyCount() == keys)
    }

    @Test func workersAreLookedAt() async throws {
        let bench = try Bench(server: Self.sound())
        _ = try await bench.directory.register([.default])
        let now = try await bench.queue.serverTime().milliseconds
        try await bench.worker("slow-1-a", beatAt: now - 60_000, seenAt: now - 60_000)
        try await bench.worker("fast-1-b", beatAt: now, seenAt: now + 3_600_000)
        try await bench.worker("old-1-c", beatAt: now, seenAt: now, version: "0.0.9")
        _ = try await bench.redis.send(RedisCommand("ZADD", bench.queue.keys.workers, String(now), "dumb-1-d"))
        let outcome = try await bench.run("doctor")
        #expect(outcome.status == 1)
        #expect(outcome.out.contains("worker slow-1-a was last heard of 1m ago"))
        #expect(outcome.out.contains("the clock of worker fast-1-b is 1h ahead of Redis' clock"))
        #expect(outcome.out.contains("worker dumb-1-d renews leases, and has not said what it is"))
        #expect(outcome.out.contains("workers of several releases run: 0.0.9, 0.1.0"))
    }

    @Test func withoutRedisItEndsAsEveryCommand() async throws {
        let bench = try Bench()
        #expect(try await bench.run("doctor", "--redis", "unix:///nowhere/redis.sock").status == 69)
    }

    @Test func theServerOfItsOwnIsSound() async throws {
        let bench = try Bench()
        let own: [String: String?] = ["REDIS_URL": nil, "QUEUECTL_DATA_DIR": bench.folder.path + "/data"]
        let outcome = try await bench.run(["doctor"], environment: own)
        try await bench.run(["server", "stop"], environment: own)
        #expect(outcome.status == 0 && outcome.lines.last == "All is well.", "\(outcome)")
    }
}

extension Bench {
    /// A worker as Redis knows it.
    fileprivate func worker(_ id: String, beatAt: Int64, seenAt: Int64, version: String = "0.1.0") async throws {
        let worker = WorkerRegistration(
            id: try #require(WorkerID(id)),
            queues: [.default],
            slots: 1,
            startedAt: Timestamp(milliseconds: beatAt),
            version: version,
            seenAt: Timestamp(milliseconds: seenAt)
        )
        let beat = RedisCommand("ZADD", queue.keys.workers, String(beatAt), id)
        _ = try await redis.pipeline([beat] + directory.heartbeat(worker, lifetime: .seconds(60)))
    }
}
