import QueueKit

/// Something that needs attention, and what to do about it.
struct Warning: Sendable {
    /// One word for programs.
    var code: String
    var message: String
    var remedy: String
}

extension Overview {
    /// What needs attention, the most urgent first.
    var warnings: [Warning] {
        queues.flatMap(warnings)
            + configuration.problems.map { problem in
                let isPatterns = problem.key == ConfigurationKey.redact.rawValue
                return Warning(
                    code: "configuration",
                    message: (isPatterns ? "Not all stored patterns hold" : "A stored setting counts as not set")
                        + ": \(problem)",
                    remedy: "queuectl config \(isPatterns ? "set" : "unset") \(problem.key)"
                )
            }
    }

    private func warnings(about status: QueueStatus) -> [Warning] {
        let name = "\"\(status.queue)\""
        let flag = status.queue == .default ? "" : " --queue \(status.queue)"
        let waiting = (status.jobs[.pending] ?? 0) + status.incoming
        var warnings: [Warning] = []
        if let schema = status.unknownSchema {
            warnings.append(
                Warning(
                    code: "newer_schema",
                    message: "\(name) has schema \(schema), this release knows \(Version.schema): it is left alone",
                    remedy: "Use a newer queuectl"
                )
            )
        }
        if status.workers == 0, waiting > 0 {
            let jobs = waiting == 1 ? "1 job waits" : "\(waiting.grouped) jobs wait"
            warnings.append(
                Warning(
                    code: "no_workers",
                    message: "\(jobs) in \(name) and no worker \(workers.isEmpty ? "runs" : "serves it")",
                    remedy: "queuectl worker start\(flag)"
                )
            )
        }
        if let since = status.pausedSince {
            let when = RelativeTime.describe(since, from: now)
            warnings.append(
                Warning(
                    code: "paused",
                    message: "\(name) was paused \(when): no jobs are handed out",
                    remedy: "queuectl resume --queue \(status.queue)"
                )
            )
        }
        if let dead = status.jobs[.dead], dead > 0 {
            warnings.append(
                Warning(
                    code: "dead_jobs",
                    message: "\(dead.of("dead job")) in \(name)" + expired(status),
                    remedy: "queuectl dlq list\(flag)"
                )
            )
        }
        if status.rejected > 0 {
            let pushes = status.rejected == 1 ? "1 rejected push" : "\(status.rejected.grouped) rejected pushes"
            // From then on the oldest ones go unseen.
            let total = status.totals["rejected"] ?? 0
            let isFull = status.rejected >= configuration.rejectedMax && total > status.rejected
            let older = isFull ? ", the latest of \(total.grouped)" : ""
            warnings.append(
                Warning(
                    code: "rejected",
                    message: "\(pushes) in \(name)\(older)",
                    remedy: "queuectl rejected list\(flag)"
                )
            )
        }
        if let repairedAt = status.repairedAt, now.milliseconds - repairedAt.milliseconds < Self.repairsAreNews {
            let total = status.totals["repaired"] ?? 0
            let repairs = total == 1 ? "1 repair was" : "\(total.grouped) repairs were"
            warnings.append(
                Warning(
                    code: "repaired",
                    message: "Damage in \(name) was repaired \(RelativeTime.describe(repairedAt, from: now)); "
                        + "\(repairs) made since the queue began",
                    remedy: "Look for `repaired` in the logs of the workers; queuectl doctor\(flag)"
                )
            )
        }
        return warnings
    }

    /// A day, in ms: whoever looks in daily hears of it.
    private static let repairsAreNews: Int64 = 86_400_000

    /// How many dead jobs are there no more, because they were too old or too many.
    private func expired(_ status: QueueStatus) -> String {
        let number = status.totals["dlq_removed"] ?? 0
        return number == 0 ? "" : "; \(number.grouped) that were older have expired"
    }
}
