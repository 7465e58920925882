import RedisClient

@testable import QueueKit

let workerA = WorkerID(host: "a", pid: 1, random: "x")
let workerB = WorkerID(host: "b", pid: 2, random: "y")

func id(_ text: String) throws -> JobID { try JobID(text) }

func ids(_ texts: [String]) throws -> [JobID] { try texts.map { try JobID($0) } }

// The transitions, with what most tests do not care about left out.
extension TestQueue {
    /// A job that runs `true`, with an id chosen by its producer.
    func newJob(_ id: String, _ change: (inout JobDocument) -> Void = { _ in }) throws -> NewJob {
        var document = JobDocument(id: try JobID(id), command: "true")
        change(&document)
        return NewJob(document)
    }

    @discardableResult
    func enqueue(
        _ ids: String...,
        replace: Bool = false,
        allOrNone: Bool = false,
        _ change: (inout JobDocument) -> Void = { _ in }
    ) async throws -> [EnqueueResult] {
        let jobs = try ids.map { try newJob($0, change) }
        return try await queue.enqueue(jobs, configuration: configuration, replace: replace, allOrNone: allOrNone)
    }

    @discardableResult
    func claim(
        _ slots: Int,
        by worker: WorkerID = workerA,
        number: Int64 = 1,
        maySuspect: Bool = true
    ) async throws -> Claim {
        try await queue.claim(
            ClaimRequest(
                worker: worker,
                number: number,
                slots: slots,
                maySuspect: maySuspect,
                configuration: configuration
            )
        )
    }

    /// Settles a job that this worker claimed with this request.
    @discardableResult
    func settle(
        _ id: String,
        _ outcome: Settlement.Outcome,
        by worker: WorkerID = workerA,
        number: Int64 = 1,
        _ change: (inout Settlement) -> Void = { _ in }
    ) async throws -> SettleResult? {
        var settlement = try settlement(id, outcome, by: worker, number: number)
        change(&settlement)
        return try await queue.settle([settlement], configuration: configuration).first
    }

    /// Settles, and claims as worker A.
    func turn(_ settlements: [Settlement], claiming slots: Int, number: Int64 = 2) async throws -> Turn {
        let request = ClaimRequest(worker: workerA, number: number, slots: slots, configuration: configuration)
        return try await queue.turn(settlements, claiming: request)
    }

    func settlement(
        _ id: String,
        _ outcome: Settlement.Outcome,
        by worker: WorkerID = workerA,
        number: Int64 = 1
    ) throws -> Settlement {
        Settlement(id: try JobID(id), token: JobToken(worker: worker, request: number), outcome: outcome)
    }

    @discardableResult
    func renew(_ id: String, by worker: WorkerID = workerA, number: Int64 = 1) async throws -> LeaseStatus? {
        let held = [(id: try JobID(id), token: JobToken(worker: worker, request: number))]
        return try await queue.renew(worker: worker, held: held, lease: configuration.lease).first
    }

    /// Judges all that a claim took in, as a worker does, and ingests it.
    @discardableResult
    func ingest(_ claim: Claim) async throws -> [IngestResult] {
        let verdicts = claim.intake.map { (number: $0.number, verdict: $0.verdict(queue: queue)) }
        return try await queue.ingest(verdicts, configuration: configuration)
    }
}

extension Claim {
    /// The ids of the jobs, in order.
    var ids: [String] { jobs.map(\.job.id.text) }
}

extension RESPValue {
    /// The elements of an array as text, what is missing as an empty one.
    var texts: [String] { (array ?? []).map { $0.string ?? "" } }
}
