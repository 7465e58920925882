import QueueScripts
import RedisClient

/// What became of a job whose document was read.
public enum AdmitResult: Sendable, Hashable {
    /// It is in this state now: pending, scheduled, or dead for a malformed document.
    case admitted(JobState)
    /// It would have to move, and a list of the queue is none; what is wrong with that. It waits on, behind the others of its list.
    case waits(String)
    /// Somebody else has read, edited or deleted it meanwhile.
    case done
}

extension JobQueue {
    /// Reads the documents of jobs that were added by a function, and writes what they ask for into the jobs: at most what a claim
    /// gave. One round trip.
    ///
    /// What is malformed ends dead, with reason `malformed` and what is wrong with it; it keeps its document.
    ///
    /// - Returns: One result for each, in order. Sent again, what was done answers `done`.
    /// - Throws: `QueueError`; then they are given to be read again with the next claim.
    public func admit(
        _ jobs: [UnreadJob],
        configuration: QueueConfiguration
    ) async throws(QueueError) -> [AdmitResult] {
        guard !jobs.isEmpty else { return [] }
        let attempt = "read \(jobs.count == 1 ? "a job that was" : "\(jobs.count) jobs that were") added"
        var arguments = RedisArguments()
        for job in jobs {
            arguments.append(job.id.text)
            arguments.append(job.createdAt)
            arguments.append(job.finishedAt)
            do throws(DocumentError) {
                let (document, due) = try job.judge(queue: name)
                let fields = document.fields(configuration: configuration)
                arguments.append("job")
                arguments.append(document.priority ?? configuration.priority)
                arguments.append(due.map { String($0.milliseconds) } ?? "")
                arguments.append(fields.count * 2)
                for field in fields {
                    arguments.append(field.name)
                    arguments.append(field.value)
                }
            } catch {
                arguments.append("malformed")
                arguments.append(error.description)
            }
        }
        let reply = try await run(.admit, arguments, attempting: attempt)
        let results = reply.array?.compactMap { AdmitResult(reply: $0) } ?? []
        guard results.count == jobs.count else { throw unexpected(reply, attempting: attempt) }
        return results
    }
}

extension AdmitResult {
    init?(reply: RESPValue) {
        guard let word = reply.string else { return nil }
        if word == "done" {
            self = .done
        } else if word.hasPrefix("waits ") {
            self = .waits(String(word.dropFirst(6)))
        } else {
            guard let state = JobState(rawValue: word) else { return nil }
            self = .admitted(state)
        }
    }
}
