import QueueScripts
import RedisClient

/// What a renewal says of one job.
public enum LeaseStatus: String, Sendable {
    /// The lease now ends one lease from the server's now.
    case ok
    /// The job is somebody else's by now, or gone: stop the run.
    case lost
    /// As `ok`, and somebody wants the run stopped.
    case cancel
    /// As `ok`, and somebody wants the run to stand still until it is `ok` again.
    case paused
}

extension JobQueue {
    /// The request that extends leases, for callers that send it from a thread of their own.
    ///
    /// - Parameter held: The jobs that the worker runs, with their tokens, at most `batchLimit`.
    public func renewal(
        worker: WorkerID,
        held: [(id: JobID, token: JobToken)],
        lease: Duration
    ) -> (script: RedisScript, arguments: RedisArguments) {
        var arguments = RedisArguments()
        arguments.append(worker.description)
        arguments.append(lease.wholeMilliseconds)
        for (id, token) in held {
            arguments.append(id.text)
            arguments.append(token.description)
        }
        let script = QueueScript.renew
        return (RedisScript(name: script.name, source: script.source), arguments)
    }

    /// Reads the answer to a renewal: one status for each job held; nil if it makes no sense.
    public func leaseStatuses(in reply: RESPValue, count: Int) -> [LeaseStatus]? {
        let statuses = reply.array?.compactMap { $0.string.flatMap(LeaseStatus.init(rawValue:)) } ?? []
        return statuses.count == count ? statuses : nil
    }

    /// Extends leases and says that the worker is alive. One round trip.
    public func renew(
        worker: WorkerID,
        held: [(id: JobID, token: JobToken)],
        lease: Duration
    ) async throws(QueueError) -> [LeaseStatus] {
        let reply = try await run(
            .renew,
            renewal(worker: worker, held: held, lease: lease).arguments,
            attempting: "renew leases"
        )
        guard let statuses = leaseStatuses(in: reply, count: held.count) else {
            throw unexpected(reply, attempting: "renew leases")
        }
        return statuses
    }
}
