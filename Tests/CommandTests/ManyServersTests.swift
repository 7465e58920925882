import QueueKit
import RedisClient
import TestSupport
import Testing

/// Redis Cluster and Sentinel, as the command line sees them.
@Suite(.timeLimit(.minutes(3))) struct ManyServersTests {
    @Test func anyNodeOfAClusterWillDo() async throws {
        let cluster = try await RedisCluster(.init(appendOnly: true))
        let slot = try await cluster.slot(of: "{default}")
        let bench = try Bench(server: cluster.primaries[(cluster.owner(of: slot) + 1) % 3].server)
        // Queues on every node.
        let queues = ["default", "a", "b", "c", "d", "e"]
        var owners: Set<Int> = []
        for queue in queues {
            owners.insert(cluster.owner(of: try await cluster.slot(of: "{\(queue)}")))
            let outcome = try await bench.run("enqueue", "--queue", queue, "--id", "in-\(queue)", "--command", "true")
            #expect(outcome.status == 0 && outcome.out == "in-\(queue)\n", "\(outcome)")
        }
        #expect(owners == [0, 1, 2])
        #expect(try await bench.run("show", "in-c", "--json").out.json()["queue"] == .string("c"))
        #expect(Set(try await bench.run("list", "-q").lines) == Set(queues.map { "in-\($0)" }))
        #expect(try await bench.run("status").status == 0)
        #expect(try await bench.run("cancel", "in-d").status == 0)
        #expect(try await bench.run("config", "set", "max-retries", "5").status == 0)
        let worker = try await bench.run("worker", "start", "--drain", "--queue", "*", "--log-format", "json")
        #expect(worker.status == 0 && worker.lines.count { $0.contains("\"finished\"") } == 5, "\(worker)")
        #expect(try await bench.run("worker", "list", "-q").lines == [])
        let doctor = try await bench.run("doctor", "--json")
        #expect(doctor.status == 0, "\(doctor)")
        #expect(try await bench.run("doctor", "-q").lines == ["cluster"])
        // It does see what is wrong on another node.
        let lost = bench.directory.queue(.default).keys
        _ = try await bench.redis.send(RedisCommand("ZREM", lost.completed, "in-default"))
        #expect(try await bench.run("doctor", "-q").lines == ["cluster", "job_without_entry", "counter_off"])
        #expect(try await bench.run("doctor", "--fix").status == 0)
    }

    @Test func aPrimaryIsFoundThroughItsSentinels() async throws {
        let server = try RedisServer(.init(tcp: true, appendOnly: true))
        let sentinel = try SentinelServer(watching: ["main": try #require(server.port)], downAfter: .seconds(60))
        let bench = try Bench(server: server)
        let url = "redis+sentinel://\(sentinel.endpoint)/main"
        let environment: [String: String?] = ["REDIS_URL": url]
        let enqueued = try await bench.run(["enqueue", "--id", "x", "--command", "true"], environment: environment)
        #expect(enqueued.status == 0 && enqueued.out == "x\n", "\(enqueued)")
        let status = try await bench.run(["status"], environment: environment)
        #expect(status.out.hasPrefix("Redis redis+sentinel://\(sentinel.endpoint)/main/0"), "\(status.out)")
        #expect(try await bench.run(["doctor", "-q"], environment: environment).lines == ["no_workers"])
        server.kill9()
        let away = try await bench.run(["status"], environment: environment)
        #expect(away.status == 69)
        #expect(
            away.err.contains("Cannot reach Redis at main (sentinels \(sentinel.endpoint)): sentinel"),
            "\(away.err)"
        )
        let other = try await bench.run(["status", "--redis", "redis+sentinel://\(sentinel.endpoint)/other"])
        #expect(
            other.status == 69 && other.err.contains("sentinel \(sentinel.endpoint): it knows no other"),
            "\(other)"
        )
    }
}
