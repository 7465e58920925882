import RedisClient

// How the queue is doing: whether what waits will be run, and what has been put aside.
extension QueueCheck {
    /// As many dead jobs take memory that nothing will ever free.
    private static let manyDead = 10_000

    mutating func checkWork(_ configuration: QueueConfiguration) async throws(QueueError) {
        let status = try await queue.status(heartbeat: configuration.heartbeat)
        let flag = queue.name == .default ? "" : " --queue \(queue.name)"
        let waiting = (status.jobs[.pending] ?? 0) + status.incoming
        if status.workers == 0, waiting > 0 {
            let problem = "no worker serves the queue; jobs that wait: \(waiting)"
            add(.noWorkers, queue.name.text, problem, remedy: "queuectl worker start\(flag)")
        }
        if let since = status.pausedSince {
            let problem =
                "the queue was paused \(RelativeTime.describe(since, from: status.now)): nothing is handed out"
            add(.paused, queue.name.text, problem, remedy: "queuectl resume --queue \(queue.name)")
        }
        if status.rejected > 0 {
            let problem = "rejected pushes that are kept: \(status.rejected)"
            add(.rejectedPushes, queue.name.text, problem, remedy: "queuectl rejected list\(flag)")
        }
        checkDead(status, configuration, flag)
        try await checkLeases(configuration, at: status.now)
    }

    private mutating func checkDead(_ status: QueueStatus, _ configuration: QueueConfiguration, _ flag: String) {
        let dead = status.jobs[.dead] ?? 0
        let isBounded = configuration.dlqRetentionAge != nil || configuration.dlqRetentionCount != nil
        if dead > 0 {
            let end = isBounded ? "a bound that is configured has them removed" : "you retry or purge them"
            log.add(
                Finding(
                    .deadJobs,
                    severity: dead < Self.manyDead || isBounded ? .note : .warning,
                    in: queue.name,
                    queue.name.text,
                    "dead jobs, which are kept until \(end): \(dead)",
                    remedy: "queuectl dlq list\(flag)"
                )
            )
        }
        if let expired = status.totals["dlq_removed"], expired > 0 {
            let problem = "dead jobs that were removed by dlq-retention-age or dlq-retention-count so far: \(expired)"
            add(.removedDeadJobs, queue.name.text, problem, remedy: "queuectl config list --show-origin")
        }
    }

    /// Leases end by themselves, and whoever claims takes the jobs back; unless nobody claims.
    private mutating func checkLeases(_ configuration: QueueConfiguration, at now: Timestamp) async throws(QueueError) {
        let patience = 2 * configuration.lease.wholeMilliseconds
        let latest = String(now.milliseconds - patience)
        let overdue =
            try await queue.pipeline(
                [RedisCommand("ZCOUNT", queue.keys.processing, "-inf", latest)],
                attempting: "look at the leases"
            )[0].int ?? 0
        guard overdue > 0 else { return }
        let flag = queue.name == .default ? "" : " --queue \(queue.name)"
        let ago = RelativeTime.brief(.milliseconds(patience))
        let problem = "jobs of workers that are gone, whose leases ended more than \(ago) ago: \(overdue)"
        add(.overdueLeases, queue.name.text, problem, remedy: "queuectl worker start\(flag)")
    }
}
