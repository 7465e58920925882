import Glibc
import QueueKit
import RedisClient
import TestSupport
import Testing

/// What the command line says when Redis refuses, for each way in which a real server does.
@Suite(.timeLimit(.minutes(2))) struct RefusalTests {
    private func enqueue(_ bench: Bench) async throws -> Outcome { try await bench.run("enqueue", "--command", "x") }

    private func expectRefusal(_ outcome: Outcome, _ word: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let isRefusal = outcome.status == 75 && outcome.out == "" && outcome.err.contains(word)
        #expect(
            isRefusal && outcome.err.split(separator: "\n").count == 1,
            "\(outcome)",
            sourceLocation: sourceLocation
        )
    }

    @Test func aReplicaRefusesWrites() async throws {
        let bench = try Bench(server: RedisServer(.init(configuration: ["replicaof 127.0.0.1 1"])))
        let outcome = try await enqueue(bench)
        expectRefusal(outcome, "READONLY")
        #expect(outcome.err.hasSuffix("This is a replica: use the address of the primary\n"))
    }

    @Test func aReplicaWithoutItsPrimaryRefusesAll() async throws {
        let lines = ["replicaof 127.0.0.1 1", "replica-serve-stale-data no"]
        let bench = try Bench(server: RedisServer(.init(configuration: lines)))
        expectRefusal(try await bench.run("status"), "MASTERDOWN")
    }

    @Test func aPrimaryWithoutReplicasRefusesWrites() async throws {
        let bench = try Bench(server: RedisServer(.init(configuration: ["min-replicas-to-write 1"])))
        expectRefusal(try await enqueue(bench), "NOREPLICAS")
    }

    @Test func aDiskThatFailsRefusesWrites() async throws {
        let server = try RedisServer(.init(configuration: ["stop-writes-on-bgsave-error yes", "save 3600 1"]))
        let bench = try Bench(server: server)
        // A folder where the file is to be: it cannot be put in its place.
        #expect(mkdir("\(server.folder.path)/dump.rdb", 0o700) == 0)
        _ = try await bench.redis.send(RedisCommand("BGSAVE"))
        try await waitUntil("the snapshot has failed") {
            try await bench.redis.send(RedisCommand("INFO", "persistence")).string?
                .contains("rdb_last_bgsave_status:err") == true
        }
        expectRefusal(try await enqueue(bench), "MISCONF")
        #expect(rmdir("\(server.folder.path)/dump.rdb") == 0)
        _ = try await bench.redis.send(RedisCommand("BGSAVE"))
        try await waitUntil("it has recovered") { try await enqueue(bench).status == 0 }
    }

    @Test func aServerThatLoadsRefusesAll() async throws {
        let lines = ["key-load-delay 1000", "loading-process-events-interval-bytes 1024", "appendonly no"]
        let server = try RedisServer(.init(configuration: lines))
        let bench = try Bench(server: server)
        _ = try await bench.redis.send(RedisCommand("DEBUG", "POPULATE", "20000", "k", "100"))
        // A connection that stands already: while the server loads, none is greeted.
        let other = server.connection()
        _ = try await other.send(RedisCommand("PING"))
        let reload = Task { try await bench.redis.send(RedisCommand("DEBUG", "RELOAD"), timeout: .seconds(90)) }
        try await waitUntil("it loads", within: .seconds(30)) {
            let outcome = try await bench.run("status")
            if outcome.status == 0 { return false }
            expectRefusal(outcome, "LOADING")
            return true
        }
        _ = try await other.send(RedisCommand("CONFIG", "SET", "key-load-delay", "0"))
        _ = try? await reload.value
    }

    @Test func aScriptThatGoesOnAndOnRefusesAll() async throws {
        let server = try RedisServer(.init(configuration: ["busy-reply-threshold 50"]))
        let bench = try Bench(server: server)
        let endless = Task { try await server.connection().send(RedisCommand("EVAL", "while true do end", "0")) }
        try await waitUntil("it is busy") {
            let outcome = try await bench.run("status")
            if outcome.status == 0 { return false }
            expectRefusal(outcome, "BUSY")
            return true
        }
        _ = try await bench.redis.send(RedisCommand("SCRIPT", "KILL"))
        _ = try? await endless.value
        #expect(try await enqueue(bench).status == 0)
    }

    @Test func aServerThatIsFullRefusesMore() async throws {
        let server = try RedisServer(.init(configuration: ["maxclients 1"]))
        let bench = try Bench(server: server)
        try await waitUntil("the one place is taken") { (try? await bench.redis.send(RedisCommand("PING"))) != nil }
        expectRefusal(try await bench.run("status"), "max number of clients")
    }

    @Test func aClusterThatIsDownRefusesOnceTheTimeIsOver() async throws {
        let bus = try KeptPort()
        let lines = ["cluster-enabled yes", "cluster-port \(bus.number)"]
        let bench = try Bench(server: RedisServer(.init(tcp: true, configuration: lines)))
        expectRefusal(try await bench.run("status"), "CLUSTERDOWN")
    }
}
