import QueueScripts
import RedisClient

/// How far a run is.
public struct ProgressReport: Sendable, Hashable {
    /// The job.
    public var id: JobID
    /// The token of the claim that this run began with.
    public var token: JobToken
    /// 0...100 percent.
    public var progress: Int
    /// What it is doing.
    public var text: String?

    /// Makes a report.
    public init(id: JobID, token: JobToken, progress: Int, text: String? = nil) {
        self.id = id
        self.token = token
        self.progress = progress
        self.text = text
    }
}

extension JobQueue {
    /// Keeps how far runs are, for up to `batchLimit` jobs. One round trip. Of a job that is not held under the token of its
    /// report nothing is changed: false in its place.
    ///
    /// - Throws: `QueueError`, code `refused` too when Redis is out of memory.
    @discardableResult
    public func report(_ reports: [ProgressReport]) async throws(QueueError) -> [Bool] {
        guard !reports.isEmpty else { return [] }
        let attempt = reports.count == 1 ? "note the progress of job \(reports[0].id)" : "note the progress of jobs"
        var arguments = RedisArguments()
        for report in reports {
            arguments.append(report.id.text)
            arguments.append(report.token.description)
            arguments.append(report.progress)
            arguments.append(report.text ?? "")
        }
        let reply = try await run(.report, arguments, attempting: attempt)
        let statuses = reply.array?.compactMap(\.string) ?? []
        guard statuses.count == reports.count else { throw unexpected(reply, attempting: attempt) }
        return statuses.map { $0 == "ok" }
    }
}
