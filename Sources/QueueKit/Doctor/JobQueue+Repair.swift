import QueueScripts
import RedisClient

extension JobQueue {
    /// Checks the queue; repairs, if asked to, and checks it again, until nothing more comes of it.
    ///
    /// - Parameters:
    ///   - configuration: What is in force.
    ///   - repairs: Whether to put right what is safe to put right.
    ///   - onProgress: Is told of jobs and entries looked at, so many at a time.
    /// - Returns: What is found, after the last repair, and what was repaired.
    /// - Throws: `QueueError` when Redis cannot be asked.
    public func check(
        configuration: QueueConfiguration,
        repairs: Bool = false,
        onProgress: @escaping (Int) -> Void = { _ in }
    ) async throws(QueueError) -> QueueReport {
        var repaired: [Finding] = []
        let repairing = repairs ? Repairs(configuration: configuration) { repaired.append($0) } : nil
        var report = try await check(.atOnce, repairs: repairing, configuration: configuration, onProgress: onProgress)
        report.repaired = repaired
        return report
    }

    /// The same at some pace; each repair is told as it is made.
    func check(
        _ pace: CheckPace,
        repairs: Repairs?,
        configuration: QueueConfiguration,
        onProgress: @escaping (Int) -> Void = { _ in }
    ) async throws(QueueError) -> QueueReport {
        while true {
            var check = QueueCheck(self, pace: pace, repairs: repairs, onProgress: onProgress)
            let report = try await check.run(configuration)
            guard let repairs else { return report }
            let done = try await repair(report.findings, repairs).count
            if done + check.repairedCount == 0 { return report }
        }
    }

    /// How many repairs are made in one step.
    private static let repairsAtOnce = 10

    /// Repairs what was found to be wrong, as far as that is safe and still is so, in bounded steps.
    ///
    /// An index entry that belongs to no job is set aside in `R:rejected`; a job without an entry gets one by its state;
    /// one that is being run and has no lease gets a lease that is over, unless its worker is alive and will renew it;
    /// what is counted wrong is counted right. Nothing that a worker runs is touched. Repeated, it does nothing more.
    ///
    /// - Returns: The findings that are put right. Others were so no longer, or cannot be repaired.
    func repair(
        _ findings: [Finding],
        _ repairs: Repairs
    ) async throws(QueueError) -> [Finding] {
        var done: [Finding] = []
        for action in Repair.Action.allCases {
            let due = findings.filter { $0.queue == name && $0.repair?.action == action }
            for batch in due.batches(of: Self.repairsAtOnce) {
                var arguments = RedisArguments()
                arguments.append(repairs.configuration.rejectedMax)
                arguments.append(repairs.configuration.lease.wholeMilliseconds)
                for repair in batch.compactMap(\.repair) {
                    arguments.append(repair.action.rawValue)
                    arguments.append(repair.place)
                    arguments.append(repair.object)
                    arguments.append(repair.stamp)
                }
                let reply = try await run(.repair, arguments, attempting: "repair the queue")
                for (finding, status) in zip(batch, reply.array ?? []) where status.string == "repaired" {
                    done.append(finding)
                    repairs.onRepair(finding)
                }
            }
        }
        return done
    }
}

/// How repairs are made.
struct Repairs {
    /// What is in force.
    let configuration: QueueConfiguration
    /// Is told of each repair when it is made.
    let onRepair: (Finding) -> Void
}
