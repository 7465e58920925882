import RedisClient

// Pushes on their way in, and the counters.
extension QueueCheck {
    /// Each push that waits in the intake is due some time, or nobody would judge it.
    mutating func checkIntake() async throws(QueueError) {
        // Few at a time: their bytes come along.
        var numbers: Set<String> = []
        for scan in [Scan("HSCAN", queue.keys.intake, count: 20), Scan("ZSCAN", queue.keys.intakeDue, count: 200)] {
            var scan = scan
            while let page = try await scan.next(queue) {
                for at in stride(from: 0, to: page.count, by: 2) {
                    if let number = page[at].string { numbers.insert(number) }
                }
            }
        }
        report.pushes = numbers.count
        for batch in numbers.sorted().batches(of: JobQueue.batchLimit) {
            for (number, push) in zip(batch, try await queue.pushes(batch)) where push.waits != push.isDue {
                let repair = Repair(action: .push, object: number)
                if push.waits {
                    add(.pushNotDue, number, "push \(number) waits to be judged, and is never due", repair: repair)
                } else {
                    add(.duePushMissing, number, "push \(number) is due to be judged, and gone", repair: repair)
                }
            }
        }
    }

    /// The counters against the lengths of the indexes, twice.
    mutating func checkCounters() async throws(QueueError) {
        let first = try await queue.counters().filter { $0.difference != 0 }
        guard !first.isEmpty else { return }
        await pause()
        let second = try await queue.counters()
        for look in first {
            // Whatever runs meanwhile moves both by the same.
            guard let again = second.first(where: { $0.state == look.state }), again.difference == look.difference
            else { continue }
            let word = look.state.rawValue
            let repair = Repair(action: .counts, place: word, object: String(look.difference))
            let problem = "the counter of \(word) jobs says \(again.counted), the indexes hold \(again.real)"
            add(.counterOff, word, problem, repair: repair)
        }
    }
}
