import QueueKit
import TestSupport

/// All that a soak is going to do, and when: the same for the same seed and length.
struct SoakPlan: Sendable {
    /// How a job gets into the queue.
    enum Producer: CaseIterable { case library, commandLine, push }

    struct PlannedJob: Sendable {
        let at: Duration
        let producer: Producer
        let id: JobID
        let work: SoakWork
        let priority: Int
    }

    struct PlannedFault: Sendable {
        let at: Duration
        let kind: SoakFault
        /// Which worker it strikes, if it strikes one.
        let worker: Int
        let length: Duration
    }

    /// How long jobs come in and faults strike.
    let length: Duration
    let jobs: [PlannedJob]
    let faults: [PlannedFault]

    static let workers = 4
    /// Jobs a second: what two cores can run beside all that goes wrong.
    private static let rate = 30.0
    /// Before the first fault, so that there is something to disturb.
    private static let quiet = Duration.seconds(2)

    init(seed: UInt64, length: Duration) {
        self.length = length
        var generator = SeededGenerator(seed: seed)
        var jobs: [PlannedJob] = []
        var at = Duration.zero
        while true {
            at += .milliseconds(Int64(Double.random(in: 0...2000 / Self.rate, using: &generator)))
            guard at < length, let id = try? JobID("soak-\(jobs.count)") else { break }
            jobs.append(
                PlannedJob(
                    at: at,
                    producer: Producer.allCases.randomElement(using: &generator) ?? .library,
                    id: id,
                    work: .random(using: &generator),
                    priority: Int.random(in: 0...10, using: &generator)
                )
            )
        }
        self.jobs = jobs
        // From a sequence of its own, so that the faults stay as they are when jobs are changed.
        var other = SeededGenerator(seed: seed ^ 0x5eed)
        var faults: [PlannedFault] = []
        at = Self.quiet
        while at < length {
            let kind = SoakFault.random(using: &other)
            // The first worker is never ended, so that its memory can be watched.
            let first = kind.endsWorker ? 1 : 0
            let fault = PlannedFault(
                at: at,
                kind: kind,
                worker: Int.random(in: first..<Self.workers, using: &other),
                length: .milliseconds(Int64.random(in: 300...6000, using: &other))
            )
            faults.append(fault)
            at += .milliseconds(Int64.random(in: 200...2200, using: &other))
        }
        self.faults = faults
    }
}
