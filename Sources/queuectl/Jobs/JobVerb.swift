import QueueKit

/// Something that an operator does to jobs by their ids.
struct JobVerb: Sendable {
    /// How it follows "Cannot".
    let name: String
    /// Does it to jobs of one queue.
    let perform: @Sendable (JobQueue, [JobID]) async throws(QueueError) -> [OperationResult]
    /// What has been done to a job, with the state that the script answered.
    let done: @Sendable (JobState) -> String
    /// What is said of a job for which it was so already.
    var already = "is so already"
    /// Why it cannot be done in a state, and what to do instead.
    let refusal: @Sendable (JobState) -> String

    /// The message for a job that is nowhere.
    static func notFound(_ verb: String, _ id: JobID, in queue: QueueName?) -> String {
        let place = queue.map { " in \"\($0)\"" } ?? ""
        return "Cannot \(verb) job \(id)\(place): there is no such job. See queuectl list"
    }
}

extension JobVerb {
    static let cancel = JobVerb(
        name: "cancel",
        perform: { queue, ids throws(QueueError) in try await queue.cancel(ids) },
        done: { $0 == .processing ? "cancelling" : "cancelled" },
        refusal: { state in
            state == .dead ? "it is dead. Delete it, or retry it" : "it has \(state) already"
        }
    )

    static let retry = JobVerb(
        name: "retry",
        perform: { queue, ids throws(QueueError) in try await queue.retry(ids) },
        done: { _ in "retried" },
        refusal: { state in
            switch state {
            case .processing: "it is running. Cancel it first, or wait"
            case .pending: "it is pending. It runs when a worker is free"
            case .scheduled, .failed: "it is \(state). It runs by itself when it is due"
            case .completed, .cancelled, .dead: "it is \(state). Only dead jobs are retried; enqueue it anew"
            }
        }
    )

    static let pause = JobVerb(
        name: "pause",
        perform: { queue, ids throws(QueueError) in try await queue.pause(ids) },
        done: { _ in "paused" },
        already: "is paused already",
        refusal: { notRunning($0) + ". A whole queue: queuectl queue pause NAME" }
    )

    static let resume = JobVerb(
        name: "resume",
        perform: { queue, ids throws(QueueError) in try await queue.resume(ids) },
        done: { _ in "resumed" },
        already: "is not paused",
        refusal: { notRunning($0) + ". A whole queue: queuectl queue resume NAME" }
    )

    /// Why nothing can be done to the processes of a job.
    static func notRunning(_ state: JobState) -> String { "it does not run, it is \(state)" }

    static let delete = JobVerb(
        name: "delete",
        perform: { queue, ids throws(QueueError) in try await queue.delete(ids) },
        done: { _ in "deleted" },
        refusal: { _ in "it is running. Cancel it first, or wait" }
    )
}
