import Glibc
import QueueKit
import RedisClient
import TestSupport
import Testing

@testable import QueueWorker

/// A Redis that is there and refuses, in each way in which a real one does, just when a job has ended.
@Suite(.timeLimit(.minutes(2))) struct RefusalTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        /// How the answer begins.
        let word: String
        let begin: [[String]]
        let end: [[String]]
        /// Whether it is told as trouble of the queue: Redis itself is well.
        var concernsQueue = false
        var testDescription: String { word }
    }

    static let refusals: [Refusal] = [
        Refusal(
            word: "NOREPLICAS",
            begin: [["CONFIG", "SET", "min-replicas-to-write", "1"]],
            end: [["CONFIG", "SET", "min-replicas-to-write", "0"]]
        ),
        Refusal(word: "READONLY", begin: [["REPLICAOF", "127.0.0.1", "1"]], end: [["REPLICAOF", "NO", "ONE"]]),
        Refusal(
            word: "NOPERM",
            begin: [["ACL", "SETUSER", "default", "-evalsha", "-eval", "-sadd"]],
            end: [["ACL", "SETUSER", "default", "+@all"]],
            concernsQueue: true
        ),
        Refusal(
            word: "ERR max number of clients",
            begin: [["CONFIG", "SET", "maxclients", "1"], ["CLIENT", "KILL", "TYPE", "normal"]],
            end: [["CONFIG", "SET", "maxclients", "10000"]]
        ),
        Refusal(
            word: "NOAUTH",
            begin: [["CONFIG", "SET", "requirepass", "later"], ["CLIENT", "KILL", "TYPE", "normal"]],
            end: [["CONFIG", "SET", "requirepass", ""]]
        ),
    ]

    @Test(arguments: refusals) func whatEndsMeanwhileIsKeptAndSettledOnce(_ refusal: Refusal) async throws {
        try await expectPatience(refusal.word, concernsQueue: refusal.concernsQueue) { redis in
            for words in refusal.begin { try await redis.ask(words) }
        } end: { redis in
            for words in refusal.end { try await redis.ask(words) }
        }
    }

    @Test func aBusyServerIsWaitedFor() async throws {
        let server = try RedisServer(.init(configuration: ["busy-reply-threshold 50"]))
        let other = server.connection()
        try await expectPatience("BUSY", on: server) { _ in
            Task { try await other.send(RedisCommand("EVAL", "while true do end", "0"), timeout: .seconds(60)) }
        } end: { redis in
            try await redis.ask(["SCRIPT", "KILL"])
            try await waitUntil("it has ended") { (try? await redis.ask(["PING"])) != nil }
        }
    }

    @Test func aDiskThatFailsIsWaitedFor() async throws {
        let server = try RedisServer(.init(configuration: ["stop-writes-on-bgsave-error yes", "save 3600 1"]))
        let file = "\(server.folder.path)/dump.rdb"
        try await expectPatience("MISCONF", on: server) { redis in
            // A folder where the file is to be: it cannot be put in its place.
            #expect(mkdir(file, 0o700) == 0)
            try await redis.ask(["BGSAVE"])
        } end: { redis in
            #expect(rmdir(file) == 0)
            try await redis.ask(["BGSAVE"])
        }
    }

    private func expectPatience(
        _ word: String,
        concernsQueue: Bool = false,
        on server: RedisServer? = nil,
        begin: (RedisConnection) async throws -> Void,
        end: (RedisConnection) async throws -> Void
    ) async throws {
        let server = try server ?? RedisServer()
        let shop = try await Workshop(server: server, settings: [.lease: "9s"])
        let folder = try TemporaryFolder()
        let waits = "while [ ! -e \(folder.path)/go ]; do sleep 0.02; done; echo ran >>\(folder.path)/ran"
        let id = try await shop.enqueue([waits])[0]
        try await shop.withWorker(slots: 2) { running in
            try await shop.wait(for: id, .processing)
            try await begin(shop.redis)
            try await waitUntil("it refuses") {
                // With a key of its own: nobody knows it.
                do throws(RedisError) {
                    let probe = shop.server.connection()
                    _ = try await probe.send(RedisCommand("SADD", "probe", "x"))
                    return false
                } catch {
                    return error.reply?.message.hasPrefix(word) == true
                }
            }
            #expect(creat("\(folder.path)/go", 0o600) >= 0)
            try await waitUntil("it is told") {
                running.events.count {
                    switch $0 {
                    case .outage(let why): !concernsQueue && why.contains(word)
                    case .trouble(_, let why): concernsQueue && why.contains(word)
                    default: false
                    }
                } > 0
            }
            try await end(shop.redis)
            let job = try await shop.wait(for: id, .completed)
            #expect(job.run == 1 && job.failures == 0 && job.crashCount == 0)
            let outages = concernsQueue ? 0 : 1
            try await waitUntil("its end is told") {
                running.events.count { if case .restored = $0 { true } else { false } } == outages
            }
            #expect(running.events.count { if case .outage = $0 { true } else { false } } == outages)
            // The queue has nothing against it, and goes on.
            let next = try await shop.enqueue(["true"])[0]
            try await shop.wait(for: next, .completed)
        }
    }
}

extension RedisConnection {
    fileprivate func ask(_ words: [String]) async throws {
        var command = RedisCommand(words[0])
        for word in words.dropFirst() { command.append(word) }
        _ = try await send(command)
    }
}
