import Foundation
import QueueKit
import RedisClient
import Synchronization
import TestSupport
import Testing

@testable import QueueWorker

/// A way in which Redis refuses to take in how a run ended, for a while.
struct Refusal: Sendable, CustomTestStringConvertible {
    /// The first word of its answer.
    let testDescription: String
    let begin: @Sendable (Workshop) async throws -> Void
    let end: @Sendable (Workshop) async throws -> Void

    static let all = [
        Refusal(testDescription: "READONLY") { shop in
            try await shop.send("REPLICAOF", "127.0.0.1", "1")
        } end: { shop in
            try await shop.send("REPLICAOF", "NO", "ONE")
        },
        Refusal(testDescription: "NOREPLICAS") { shop in
            try await shop.send("CONFIG", "SET", "min-replicas-to-write", "1")
        } end: { shop in
            try await shop.send("CONFIG", "SET", "min-replicas-to-write", "0")
        },
        Refusal(testDescription: "MISCONF") { shop in
            // What is to be replaced by the snapshot is a folder.
            let path = "\(shop.server.folder.path)/dump.rdb"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try await shop.send("CONFIG", "SET", "save", "3600 1")
            try await shop.send("BGSAVE")
            try await waitUntil("the snapshot has failed") {
                try await shop.send("INFO", "persistence").contains("rdb_last_bgsave_status:err")
            }
        } end: { shop in
            try await shop.send("CONFIG", "SET", "save", "")
        },
        Refusal(testDescription: "LOADING") { shop in
            // It reads its data again, slowly, and looks at its connections after each kilobyte.
            try await shop.send("DEBUG", "POPULATE", "40", "padding", "2048")
            try await shop.send("CONFIG", "SET", "key-load-delay", "50000")
            try await shop.send("CONFIG", "SET", "loading-process-events-interval-bytes", "1024")
            let other = shop.server.connection()
            Task { try await other.send(RedisCommand("DEBUG", "RELOAD")) }
            try await waitUntil("it is loading") {
                try await shop.isLoading()
            }
        } end: { shop in
            try await waitUntil("it is loaded", within: .seconds(30)) {
                try await !shop.isLoading()
            }
        },
    ]
}

extension Workshop {
    fileprivate func isLoading() async throws -> Bool {
        do {
            return try await redis.send(RedisCommand("PING")).error?.kind == .loading
        } catch  where error.reply?.kind == .loading {
            return true
        }
    }

    @discardableResult
    fileprivate func send(_ words: String...) async throws -> String {
        var command = RedisCommand(words[0])
        for word in words.dropFirst() { command.append(word) }
        let reply = try await redis.send(command)
        if let error = reply.error { throw error }
        return reply.string ?? ""
    }
}

/// How a run ended is kept until Redis takes it in, or refuses it as stale; the work is not done twice.
@Suite struct RefusedSettleTests {
    /// Runs a job that ends when it is told to.
    private final class Gate: Sendable {
        private let isOpen = Atomic(false)
        private let begun = Atomic(0)
        private let ended = Atomic(0)

        var runs: Int { begun.load(ordering: .acquiring) }
        var ends: Int { ended.load(ordering: .acquiring) }

        func open() { isOpen.store(true, ordering: .releasing) }

        var executor: HandlerExecutor {
            HandlerExecutor { _, _ in
                self.begun.add(1, ordering: .acquiringAndReleasing)
                while !self.isOpen.load(ordering: .acquiring) { try await Task.sleep(for: .milliseconds(5)) }
                self.ended.add(1, ordering: .acquiringAndReleasing)
            }
        }
    }

    private func run(
        _ shop: Workshop,
        redis: RedisConfiguration? = nil,
        whileRunning before: (JobID) async throws -> Void,
        afterwards after: (JobID, RunningWorker) async throws -> Void
    ) async throws {
        let gate = Gate()
        let id = try await shop.enqueue(["x"])[0]
        let running = try RunningWorker(shop, slots: 1, executor: gate.executor, redis: redis)
        try await waitUntil("it runs") { gate.runs == 1 }
        try await before(id)
        gate.open()
        try await waitUntil("it has ended") { gate.ends == 1 }
        try await after(id, running)
        try await running.stop()
        #expect(gate.runs == 1)
    }

    private func expectOneCompletion(of id: JobID, _ shop: Workshop, _ running: RunningWorker) async throws {
        let job = try await shop.wait(for: id, .completed, within: .seconds(30))
        #expect(job.run == 1 && job.failures == 0 && job.crashCount == 0)
        #expect(try await shop.counts() == [.completed: 1])
        try await waitUntil("the end is told") {
            running.events.count { if case .finished = $0 { true } else { false } } == 1
        }
    }

    @Test(arguments: Refusal.all)
    func whatIsRefusedIsSentUntilItIsTaken(refusal: Refusal) async throws {
        let shop = try await Workshop(server: RedisServer())
        try await run(shop) { _ in
            try await refusal.begin(shop)
        } afterwards: { id, running in
            // Longer than the pauses between the first few tries.
            try await Task.sleep(for: .seconds(1))
            try await refusal.end(shop)
            let refused = try await shop.send("INFO", "errorstats")
            let pattern = try Regex(
                "errorstat_\(refusal.testDescription):count=(\\d+)",
                as: (Substring, Substring).self
            )
            #expect(refused.firstMatch(of: pattern).flatMap { Int($0.1) } ?? 0 > 1, "\(refused)")
            try await expectOneCompletion(of: id, shop, running)
        }
    }

    @Test func aFullRedisTakesIt() async throws {
        let shop = try await Workshop(server: RedisServer())
        try await run(shop) { _ in
            try await shop.send("CONFIG", "SET", "maxmemory", "1")
        } afterwards: { id, running in
            try await expectOneCompletion(of: id, shop, running)
        }
    }

    @Test(arguments: [false, true])
    func aLostConnectionDoesNotLoseIt(hasArrived: Bool) async throws {
        let shop = try await Workshop(server: RedisServer())
        let proxy = try TCPProxy(to: shop.server)
        try await run(shop, redis: proxy.configuration) { _ in
            if hasArrived {
                // As a value: the texts of scripts, which go by too, have the word in quotes.
                proxy.cutBeforeReply(to: "\r\ncompleted\r\n", freezes: true)
            } else {
                proxy.refuse()
            }
        } afterwards: { id, running in
            if hasArrived {
                try await waitUntil("the answer is lost") { proxy.cutCount == 1 }
                #expect(try await shop.job(id).state == .completed)
            }
            try await Task.sleep(for: .seconds(1))
            if hasArrived { proxy.resume() } else { try proxy.accept() }
            try await expectOneCompletion(of: id, shop, running)
            #expect(try await shop.queue.status(heartbeat: .seconds(10)).totals["completed"] == 1)
        }
    }

    @Test func whatIsSomebodyElsesByThenIsRefusedAsStale() async throws {
        let shop = try await Workshop()
        try await run(shop) { _ in
            // No place for a dead job: the script refuses all outcomes.
            try await shop.send("SET", shop.queue.keys.dlq, "x")
        } afterwards: { id, running in
            try await waitUntil("the trouble is told") {
                running.events.count { if case .trouble = $0 { true } else { false } } > 0
            }
            try await shop.send("HSET", shop.queue.keys.job(id), "token", "other-1-x.1")
            try await shop.send("DEL", shop.queue.keys.dlq)
            try await waitUntil("it is stale", within: .seconds(20)) {
                running.events.count { if case .stale = $0 { true } else { false } } == 1
            }
            #expect(try await shop.job(id).state == .processing)
        }
    }
}
