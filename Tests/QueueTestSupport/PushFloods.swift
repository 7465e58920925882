import QueueKit
import Synchronization
import TestSupport

/// What comes of floods of pushes, of any size: `make test` looks at small ones, `make faults` at those of which the promise is.
package enum PushFloods {
    /// What became of mutated documents.
    package struct Mutants {
        package let jobs: Int
        package let rejected: Int
        /// Until all were taken in.
        package let time: Duration
    }

    /// Pushes so many mutated documents, and good ones between them, to a worker whose jobs do nothing. Throws unless the worker
    /// has run all the good ones, each push is accounted for and nothing is broken.
    package static func mutants(_ count: Int, seed: UInt64) async throws -> Mutants {
        let settings: [ConfigurationKey: String] = [.rejectedMax: "1000000", .retentionCount: "1000000"]
        let bench = try await PushBench(settings)
        var documents = try MutatedDocuments(seed: seed)
        var pushes: [[UInt8]] = []
        for number in 0..<count {
            pushes.append(documents.next())
            if number.isMultiple(of: 50) { pushes.append(Array(#"{"id":"good-\#(number)","task":"good"}"#.utf8)) }
        }
        let good = pushes.count - count
        return try await bench.withWorker(slots: 10) {
            let clock = ContinuousClock()
            let began = clock.now
            try await bench.push(pushes)
            try await bench.waitForIntake(within: .seconds(300))
            let time = clock.now - began
            try await waitUntil("the good ones have run", within: .seconds(120)) {
                bench.started.count { $0.text.hasPrefix("good-") } >= good
            }
            let (jobs, rejected) = try await bench.account(for: pushes)
            try await bench.requireOrder()
            return Mutants(jobs: jobs, rejected: rejected, time: time)
        }
    }

    /// What an urgent push behind a flood had to wait for.
    package struct Urgent {
        /// From when all was pushed until the urgent one was a job.
        package let untilIn: Duration
        /// Jobs that began between the first free slot and the urgent one.
        package let before: Int
    }

    /// Pushes so many jobs of the lowest priority, and an urgent one behind them, to a worker that has no slot free.
    package static func urgent(behind count: Int) async throws -> Urgent {
        // With a heartbeat of 20 minutes nobody is woken by that.
        let bench = try await PushBench([.lease: "1h"])
        let gate = Gate()
        return try await bench.withWorker(slots: 2) { job in
            if job.id.text.hasPrefix("hold-") { await gate.pass() }
        } _: {
            try await bench.push((1...2).map { Array(#"{"id":"hold-\#($0)","task":"hold"}"#.utf8) })
            try await waitUntil("the slots are taken", within: .seconds(30)) { bench.started.count == 2 }
            try await bench.push(Array(repeating: Array(#"{"task":"low","priority":0}"#.utf8), count: count))
            try await bench.push([Array(#"{"id":"urgent","task":"x","priority":10}"#.utf8)])
            let clock = ContinuousClock()
            let began = clock.now
            let urgent = try JobID("urgent")
            try await waitUntil("the urgent one is a job", within: .seconds(300)) {
                try await bench.queue.job(urgent) != nil
            }
            let time = clock.now - began
            gate.open()
            try await waitUntil("it has begun", within: .seconds(60)) { bench.started.contains(urgent) }
            guard let place = bench.started.firstIndex(of: urgent) else { throw PushBenchError(description: "lost") }
            return Urgent(untilIn: time, before: place - 2)
        }
    }

    /// How long good jobs took beside a flood, or behind it.
    package struct Slowed {
        package let alone: Duration
        package let beside: Duration
        /// Rejected pushes that are kept, and all that there were.
        package let kept: Int
        package let counted: Int
    }

    /// Lets a worker run so many jobs of 20 ms in 10 slots: by themselves, and while so many malformed documents are pushed.
    package static func goodJobs(_ jobs: Int, beside flood: Int) async throws -> Slowed {
        let alone = try await time(jobs, flood: 0).time
        let (beside, bench) = try await time(jobs, flood: flood)
        try await bench.withWorker(slots: 1) { try await bench.waitForIntake(within: .seconds(300)) }
        try await bench.requireOrder()
        let status = try await bench.queue.status(heartbeat: .seconds(10))
        return Slowed(
            alone: alone,
            beside: beside,
            kept: status.rejected,
            counted: status.totals["rejected"] ?? 0
        )
    }

    private static func time(_ jobs: Int, flood: Int) async throws -> (time: Duration, bench: PushBench) {
        let bench = try await PushBench()
        let bad = Array(#"{"comand":"make report","priority":3}"#.utf8)
        var document = JobDocument()
        document.task = "good"
        let time = try await bench.withWorker(slots: 10, handler: { _ in try await Task.sleep(for: .milliseconds(20)) })
        {
            let clock = ContinuousClock()
            let began = clock.now
            for first in stride(from: 0, to: jobs, by: 100) {
                let batch = (first..<min(first + 100, jobs)).map { _ in NewJob(document) }
                _ = try await bench.queue.enqueue(batch, configuration: bench.configuration)
            }
            try await bench.push(Array(repeating: bad, count: flood))
            try await waitUntil("the good jobs have run", within: .seconds(300)) { bench.started.count >= jobs }
            return clock.now - began
        }
        return (time, bench)
    }
}

/// Lets tasks pass once it is open.
private final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.resume() }
    }
}
