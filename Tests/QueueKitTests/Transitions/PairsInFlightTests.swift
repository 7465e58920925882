import QueueKit
import TestSupport
import Testing

/// Several clients at once do whatever comes to their mind; then the queue is drained and held to its invariants.
@Suite struct PairsInFlightTests {
    @Test(arguments: [UInt64.random(in: 0...UInt64.max), 1, 2])
    func everyJobEndsOnceAndNoneRunsUnderTwoLiveTokens(seed: UInt64) async throws {
        let queue = try TestQueue(on: RedisServer())
        let ledger = Ledger()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<4 {
                let client = Client(number, queue, ledger, seed: seed &+ UInt64(number))
                group.addTask { try await client.act(times: 1250) }
            }
            try await group.waitForAll()
        }
        await ledger.letGoOfAll()
        try await drain(queue, ledger)
        try await queue.checkI1()
        let problems = try await ledger.problems(queue)
        #expect(problems.isEmpty, "seed \(seed)")
    }

    /// Claims and completes until nothing is left that could run.
    private func drain(_ queue: TestQueue, _ ledger: Ledger) async throws {
        _ = try await queue.queue.resume()
        var number: Int64 = 1_000_000
        try await waitUntil("the queue is drained", within: .seconds(60)) {
            number += 1
            for index in ["scheduled", "processing"] {
                for entry in try await queue.send("ZRANGE", "R:\(index)", "0", "-1").array ?? [] {
                    try await queue.move(entry.string ?? "", in: index, to: -1)
                }
            }
            try await queue.allowReap()
            let claim = try await queue.claim(200, number: number)
            try await queue.ingest(claim)
            let done = claim.jobs.map { Settlement(id: $0.job.id, token: $0.token, outcome: .completed) }
            for (job, result) in zip(done, try await queue.queue.settle(done, configuration: queue.configuration)) {
                await ledger.settled(job, result)
            }
            let left = try await queue.queue.status(heartbeat: .seconds(10)).jobs
            return claim.intake.isEmpty && JobState.allCases.allSatisfy { $0.isFinal || left[$0] == 0 }
        }
    }
}

/// What the clients know: which jobs were acknowledged, and which ended under which token.
private actor Ledger {
    private var enqueued: Set<JobID> = []
    private var deleted: Set<JobID> = []
    private var ends: [JobID: [JobToken]] = [:]
    private var live: [JobID: JobToken] = [:]
    private var found: [String] = []
    private var next = 0

    /// Somebody was handed a job. Whoever had it before has to have let go of it.
    func took(_ job: ClaimedJob) {
        if let other = live[job.job.id], other != job.token { found.append("\(job.job.id): \(other), \(job.token)") }
        live[job.job.id] = job.token
    }

    /// The holder is about to settle the job, or its lease is about to end.
    func letGo(_ job: ClaimedJob) {
        if live[job.job.id] == job.token { live[job.job.id] = nil }
    }

    func letGoOfAll() { live = [:] }

    func newID(of client: Int) throws -> JobID {
        next += 1
        return try id("c\(client)-\(next)")
    }

    func acknowledged(_ id: JobID) { enqueued.insert(id) }
    func deleted(_ id: JobID) { deleted.insert(id) }
    func someID(_ choice: Int) -> JobID? { enqueued.isEmpty ? nil : Array(enqueued)[choice % enqueued.count] }

    /// A run that was accepted as completed has ended its job for good.
    func settled(_ settlement: Settlement, _ result: SettleResult) {
        if result == .settled(.completed) { ends[settlement.id, default: []].append(settlement.token) }
    }

    func problems(_ queue: TestQueue) async throws -> [String] {
        let all = Array(enqueued)
        for (id, job) in zip(all, try await queue.queue.jobs(all)) {
            if let job {
                if job.state?.isFinal != true { found.append("\(id) is \(job.state?.rawValue ?? "damaged")") }
            } else if !deleted.contains(id) {
                found.append("\(id) is lost")
            }
            let tokens = Set(ends[id] ?? [])
            if tokens.count > 1 { found.append("\(id) was completed under \(tokens)") }
        }
        return found
    }
}

/// One client: a worker and a producer with a chance of its own.
private actor Client {
    private let number: Int
    private let queue: TestQueue
    private let ledger: Ledger
    private let worker: WorkerID
    private var random: SeededGenerator
    private var request: Int64 = 0
    private var held: [ClaimedJob] = []
    private var cutOff: [ClaimedJob] = []

    init(_ number: Int, _ queue: TestQueue, _ ledger: Ledger, seed: UInt64) {
        self.number = number
        self.queue = queue
        self.ledger = ledger
        worker = WorkerID(host: "c", pid: Int32(number), random: "r")
        random = SeededGenerator(seed: seed)
    }

    func act(times: Int) async throws {
        for _ in 0..<times { try await actOnce() }
    }

    private func actOnce() async throws {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<25: try await enqueue()
        case 25..<30: try await push()
        case 30..<55: try await claim()
        case 55..<85: try await settle()
        case 85..<88: try await operate { try await self.queue.queue.cancel([$0]) }
        case 88..<90: try await delete()
        case 90..<93: try await retry()
        case 93..<95: try await expireOne()
        case 95..<97:
            _ = try await queue.queue.renew(
                worker: worker,
                held: held.map { ($0.job.id, $0.token) },
                lease: .seconds(30)
            )
        case 97: _ = try await queue.queue.pause()
        default: _ = try await queue.queue.resume()
        }
    }

    private func enqueue() async throws {
        let id = try await ledger.newID(of: number)
        let isDelayed = Bool.random(using: &random)
        let priority = Int.random(in: 0...10, using: &random)
        let result = try await queue.enqueue(id.text) {
            $0.priority = priority
            if isDelayed { $0.delay = .milliseconds(5) }
        }
        #expect(result.first != nil)
        await ledger.acknowledged(id)
    }

    private func push() async throws {
        let id = try await ledger.newID(of: number)
        await ledger.acknowledged(id)
        try await queue.send("LPUSH", "R:incoming", #"{"id":"\#(id)","command":"x"}"#)
    }

    private func claim() async throws {
        request += 1
        let slots = Int.random(in: 0...8, using: &random)
        let claim = try await queue.claim(slots, by: worker, number: request, maySuspect: Bool.random(using: &random))
        if Int.random(in: 0..<10, using: &random) == 0 {
            let again = try await queue.claim(slots, by: worker, number: request)
            #expect(Set(claim.ids).isSuperset(of: again.ids) || claim.ids.isEmpty)
            if claim.ids.isEmpty {
                held += again.jobs
                for job in again.jobs { await ledger.took(job) }
            }
            try await queue.ingest(again)
        }
        held += claim.jobs
        for job in claim.jobs { await ledger.took(job) }
        try await queue.ingest(claim)
    }

    private func settle() async throws {
        guard !held.isEmpty else { return }
        held.shuffle(using: &random)
        let outcomes: [Settlement.Outcome] = [
            .completed, .completed, .retry(after: .milliseconds(3)), .dead, .released,
        ]
        let jobs = held.suffix(Int.random(in: 1...4, using: &random))
        held.removeLast(jobs.count)
        for job in jobs { await ledger.letGo(job) }
        let batch = jobs.map { job in
            Settlement(id: job.job.id, token: job.token, outcome: outcomes.randomElement(using: &random) ?? .completed)
        }
        for _ in 0...(Int.random(in: 0..<10, using: &random) == 0 ? 1 : 0) {
            let results = try await queue.queue.settle(batch, configuration: queue.configuration)
            for (settlement, result) in zip(batch, results) where settlement.outcome == .completed {
                await ledger.settled(settlement, result)
            }
        }
    }

    private func operate(_ verb: (JobID) async throws -> [OperationResult]) async throws {
        guard let id = await ledger.someID(Int.random(in: 0..<1_000_000, using: &random)) else { return }
        _ = try await verb(id)
    }

    private func delete() async throws {
        try await operate { id in
            let results = try await self.queue.queue.delete([id])
            if case .done? = results.first { await self.ledger.deleted(id) }
            return results
        }
    }

    private func retry() async throws {
        try await operate { id in try await self.queue.queue.retry([id]) }
    }

    /// Makes the lease of a job that this client holds end, as if it had been cut off, and lets somebody reap it.
    /// Later the client comes back and settles what is not its own any more.
    private func expireOne() async throws {
        guard let job = held.popLast() else { return }
        await ledger.letGo(job)
        let score = try await queue.send("ZSCORE", "R:processing", job.job.id.text)
        if !score.isNull { try await queue.move(job.job.id.text, in: "processing", to: -1) }
        try await queue.allowReap()
        for old in cutOff {
            let settlement = Settlement(id: old.job.id, token: old.token, outcome: .completed)
            let results = try await queue.queue.settle([settlement], configuration: queue.configuration)
            if let result = results.first { await ledger.settled(settlement, result) }
        }
        cutOff = [job]
    }
}
