import FleetSupport

/// What a soak has shown.
struct SoakReport {
    let seed: UInt64
    let plan: SoakPlan
    var queue = TotalQueueReport()
    /// Enqueues that were refused or left unanswered.
    var refused = 0
    var struck: [SoakFault: Int] = [:]
    /// Runs that were under way on the workers that faults struck, added up over the faults.
    var inFlight = 0
    /// From the kill of a worker until a job that it left could be claimed again.
    var recoveries: [Duration] = []
    /// And until it ran again. Jobs that have lost a worker run one at a time on each, so some have to wait.
    var rerunDelays: [Duration] = []
    /// From Redis being there again to the first settled job.
    var resumptions: [Duration] = []
    var memory = (worker: MemoryWatch.Course(), redis: MemoryWatch.Course())
    /// Worker processes that were started.
    var processes = 0
    /// How long it took until all was over.
    var drained = Duration.zero
    /// What should not be, besides what the books say.
    var problems: [String] = []
    /// The ends of the workers' logs, if anything is wrong.
    var logs = ""

    init(seed: UInt64, plan: SoakPlan) {
        self.seed = seed
        self.plan = plan
    }

    var isGood: Bool {
        problems.isEmpty && queue.problems.isEmpty && queue.duplicates.count <= inFlight
    }

    mutating func take(_ outcome: Injector.Outcome) {
        struck = outcome.struck
        resumptions = outcome.resumptions
        problems += outcome.problems
    }

    mutating func take(_ queue: TotalQueueReport, _ books: TotalQueue) {
        self.queue = queue
        let killed = SoakFault.workerKilled.rawValue
        for duplicate in queue.duplicates {
            guard let cause = duplicate.cause, cause.kind == killed, let endedAt = duplicate.endedAt else { continue }
            recoveries.append(endedAt - cause.from)
            rerunDelays.append(duplicate.later.began - cause.from)
        }
        inFlight = books.inFlightAtDisturbances()
    }

    /// How often runs had to be repeated, by what was on record and what had struck.
    var duplicatesByReason: [(reason: String, number: Int)] {
        let reasons = queue.duplicates.map { "\($0.record ?? "not on record") after: \($0.cause?.kind ?? "nothing")" }
        return Dictionary(grouping: reasons) { $0 }.map { ($0.key, $0.value.count) }.sorted { $0.1 > $1.1 }
    }
}

extension [Duration] {
    /// The value that so many percent do not exceed; nil if there are none.
    func percentile(_ percent: Int) -> Duration? {
        isEmpty ? nil : sorted()[Swift.min(count - 1, count * percent / 100)]
    }
}
