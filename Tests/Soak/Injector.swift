import FleetSupport
import Glibc
import QueueKit
import RedisClient
import Synchronization
import TestSupport

/// Makes faults happen, and notes what they may cost.
final class Injector: Sendable {
    private let fleet: Fleet
    private let books: TotalQueue
    private let crew: [Post]
    private let clock: SoakClock
    private let outcome = Mutex(Outcome())

    /// What came of the faults so far.
    struct Outcome: Sendable {
        var struck: [SoakFault: Int] = [:]
        /// From Redis being there again to the first job settled.
        var resumptions: [Duration] = []
        /// What should have worked and did not.
        var problems: [String] = []
    }

    init(_ fleet: Fleet, _ books: TotalQueue, _ crew: [Post], _ clock: SoakClock) {
        self.fleet = fleet
        self.books = books
        self.crew = crew
        self.clock = clock
    }

    var result: Outcome { outcome.withLock { $0 } }

    /// Works off the faults of one lane, in order. One that is late because of another strikes at once.
    func run(_ faults: [SoakPlan.PlannedFault]) async {
        for fault in faults {
            await clock.reach(fault.at)
            let from = MachineTime.now()
            let worker = crew[fault.worker].worker.pid
            do {
                try await strike(fault)
            } catch {
                outcome.withLock { $0.problems.append("\(fault.kind.rawValue): \(error)") }
            }
            outcome.withLock { $0.struck[fault.kind, default: 0] += 1 }
            guard let harm = fault.kind.harm else { continue }
            let strikesOne = if case .worker = fault.kind.lane(worker: fault.worker) { true } else { false }
            books.note(
                Disturbance(
                    fault.kind.rawValue,
                    workers: strikesOne ? [worker] : nil,
                    harm: harm,
                    from: from,
                    aftermath: Soak.lease
                )
            )
        }
    }

    private func strike(_ fault: SoakPlan.PlannedFault) async throws {
        let post = crew[fault.worker]
        switch fault.kind {
        case .workerKilled:
            post.worker.process.kill9()
            try await Task.sleep(for: fault.length / 4)
            try post.replace()
        case .workerStopped:
            // A job's second, the time in which it gives up on a Redis that is away, and a slow machine's.
            try await post.stop(within: .seconds(20))
            try post.replace()
        case .workerFrozen:
            post.worker.process.signal(SIGSTOP)
            try await Task.sleep(for: fault.length)
            post.worker.process.signal(SIGCONT)
        case .workerSilenced:
            post.proxy.freeze()
            try await Task.sleep(for: fault.length)
            post.proxy.resume()
        case .workerRefused:
            post.proxy.refuse()
            try await Task.sleep(for: fault.length)
            try post.proxy.accept()
        case .workerCut: post.proxy.cut()
        case .redisKilled:
            fleet.server.kill9()
            try await Task.sleep(for: fault.length / 2)
            try fleet.server.restart()
            try await measureResumption()
        case .redisFrozen:
            fleet.server.freeze()
            try await Task.sleep(for: fault.length)
            fleet.server.thaw()
            try await measureResumption()
        case .redisFull, .clientsKilled, .scriptsFlushed: try await order(fault)
        case .jobsCancelled, .jobsPaused, .queuePaused: try await operate(fault)
        }
    }

    /// What Redis is told to do to itself.
    private func order(_ fault: SoakPlan.PlannedFault) async throws {
        switch fault.kind {
        case .redisFull:
            try await tell("CONFIG", "SET", "maxmemory", "1mb")
            try await Task.sleep(for: fault.length)
            try await tell("CONFIG", "SET", "maxmemory", "0")
        case .clientsKilled:
            try await tell("CLIENT", "KILL", "TYPE", "normal")
            try await tell("CLIENT", "KILL", "TYPE", "pubsub")
        default: try await tell("SCRIPT", "FLUSH")
        }
    }

    private func tell(_ words: String...) async throws {
        try await patiently("Redis takes \(words)", within: .seconds(20)) {
            guard let name = words.first else { return }
            _ = try await fleet.redis.send(RedisCommand(name, arguments: RedisArguments(words.dropFirst())))
        }
    }

    /// What people do to jobs. It may be refused while Redis is away: nothing is expected of it then.
    private func operate(_ fault: SoakPlan.PlannedFault) async throws {
        do {
            switch fault.kind {
            case .jobsCancelled: _ = try await fleet.queue.cancel(await running(3))
            case .jobsPaused:
                let ids = try await running(3)
                _ = try await fleet.queue.pause(ids)
                try await Task.sleep(for: fault.length / 4)
                try await patiently("jobs go on", within: .seconds(20)) { _ = try await fleet.queue.resume(ids) }
            default:
                _ = try await fleet.queue.pause()
                try await Task.sleep(for: fault.length / 4)
                try await patiently("the queue goes on", within: .seconds(20)) { _ = try await fleet.queue.resume() }
            }
        } catch is QueueError {
            return
        }
    }

    private func running(_ number: Int) async throws -> [JobID] {
        let command = RedisCommand("ZRANDMEMBER", fleet.queue.keys.processing, String(number))
        let reply = try await patiently("Redis tells of jobs", within: .seconds(20)) {
            try await fleet.redis.send(command)
        }
        return reply.array?.compactMap { $0.string.flatMap { try? JobID($0) } } ?? []
    }

    /// Invariant 10: work resumes within five seconds.
    private func measureResumption() async throws {
        let backAt = ContinuousClock.now
        let before = try await settled()
        try await waitUntil("a job is settled again", within: .seconds(15)) { try await settled() > before }
        outcome.withLock { $0.resumptions.append(backAt.duration(to: .now)) }
    }

    private func settled() async throws -> Int {
        let command = RedisCommand(
            "HMGET",
            fleet.queue.keys.counts,
            "completed_total",
            "failures_total",
            "cancelled_total"
        )
        let reply = try await patiently("Redis tells its counts", within: .seconds(20)) {
            try await fleet.redis.send(command)
        }
        return reply.array?.compactMap { $0.string.flatMap { Int($0) } }.reduce(0, +) ?? 0
    }
}
