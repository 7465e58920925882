import QueueKit
import RedisClient

extension TotalQueue {
    /// Balances the books against what Redis has on record. Ask when all jobs are over.
    ///
    /// - Parameter forgives: for jobs whose enqueue may be undone, as when Redis itself loses its last writes: those that
    ///   Redis has no trace of, and that did not run either.
    package func check(_ queue: JobQueue, forgivingTheVanished forgives: Bool = false) async throws -> TotalQueueReport
    {
        let recorded = runs()
        var report = TotalQueueReport()
        report.strange = recorded.strange.map { "jobs wrote: \($0)" }
        report.acknowledged = acknowledged.count
        let ids = Array(acknowledged.union(recorded.runs.keys))
        for first in stride(from: 0, to: ids.count, by: 500) {
            let some = Array(ids[first..<min(first + 500, ids.count)])
            for (id, job) in zip(some, try await queue.jobs(some)) {
                let runs = recorded.runs[id] ?? []
                let isForgiven = forgives && job == nil && runs.isEmpty
                if acknowledged.contains(id), !isForgiven { judge(id, job, runs, &report) }
                try await add(id, job, runs, queue, &report)
            }
        }
        for overlap in recorded.overlaps {
            let isExcused = disturbances.contains { disturbance in
                // The frozen one kills its jobs first of all when it wakes; that takes a moment.
                disturbance.harm == .crashedUnattended && disturbance.from <= overlap.at
                    && overlap.at <= disturbance.to + .seconds(1)
                    && [overlap.earlier.pid, overlap.later.pid].contains { disturbance.workers?.contains($0) ?? true }
            }
            if isExcused { report.overlapsBesideFrozenWorkers += 1 } else { report.overlaps.append(overlap) }
        }
        return report
    }

    /// Whether an acknowledged job came out.
    private func judge(_ id: JobID, _ job: Job?, _ runs: [RecordedRun], _ report: inout TotalQueueReport) {
        switch job?.state {
        case .completed where runs.contains { $0.end?.code == 0 }: report.completed += 1
        case .dead where job?.reason != nil, .cancelled where job?.reason != nil: report.buried += 1
        case .completed: report.lost.append("\(id) has completed, but there is no end of it on disk: \(runs)")
        case let state?: report.lost.append("\(id) is \(state), reason \(job?.reason ?? "none"); runs: \(runs)")
        case nil: report.lost.append("\(id) is not in Redis; runs: \(runs)")
        }
    }

    /// Adds a job's runs, and those of them that repeat one that did not fail by itself.
    private func add(
        _ id: JobID,
        _ job: Job?,
        _ runs: [RecordedRun],
        _ queue: JobQueue,
        _ report: inout TotalQueueReport
    ) async throws {
        report.runs += runs.count
        let attempts = runs.map(\.attempt)
        if Set(attempts).count < attempts.count { report.strange.append("\(id): an attempt ran twice: \(attempts)") }
        guard runs.count > 1 else { return }
        let inOrder = runs.sorted { $0.attempt < $1.attempt }
        let records = try await queue.attempts(of: id)
        for (earlier, later) in zip(inOrder, inOrder.dropFirst()) {
            let record = records.first { $0.run == earlier.attempt }
            // It failed by itself, or asked for it: no duplicate.
            if record?.outcome == "retry" || record?.outcome == "snoozed" { continue }
            var duplicate = TotalQueueReport.Duplicate(id: id, earlier: earlier, later: later)
            duplicate.record = record.map { [$0.outcome, $0.reason].compactMap(\.self).joined(separator: ", ") }
            duplicate.endedAt = record?.finishedAt.map(MachineTime.init)
            duplicate.cause = disturbances.last {
                $0.hit(earlier.worker, between: earlier.began, and: later.began) && $0.accounts(for: record?.outcome)
            }
            report.duplicates.append(duplicate)
        }
    }
}

extension TotalQueue {
    /// How many runs were under way on the workers to which something was done, when it was done: over all that was done.
    package func inFlightAtDisturbances() -> Int {
        let runs = runs().runs.values.flatMap { runs in
            let inOrder = runs.sorted { $0.attempt < $1.attempt }
            // One that left no end was over when the next began, at the latest.
            return zip(inOrder, inOrder.dropFirst().map(Optional.some) + [nil]).map { run, next in
                (run, end: run.end?.at ?? next?.began)
            }
        }
        return disturbances.reduce(0) { sum, disturbance in
            sum
                + runs.count { run, end in
                    disturbance.hit(run.worker, between: run.began, and: end ?? disturbance.from)
                        && run.began <= disturbance.to
                }
        }
    }
}
