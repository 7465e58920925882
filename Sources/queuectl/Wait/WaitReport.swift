import ArgumentParser
import QueueKit

/// Says what came of each job that was waited for, and what the command ends with.
struct WaitReport {
    let console: Console
    /// The jobs, in the order given.
    let ids: [JobID]
    let goal: JobGoal
    private let redaction: Redaction

    private var codes: [JobID: Int32] = [:]
    private var failures: [Failure] = []

    /// - Parameter redaction: What is hidden in what is told of jobs.
    init(console: Console, ids: [JobID], goal: JobGoal, hiding redaction: Redaction) {
        self.redaction = redaction
        self.console = console
        self.ids = ids
        self.goal = goal
    }

    mutating func note(_ result: JobWait.Result, of target: JobWatch.Target) {
        switch result {
        case .reached(let job):
            codes[job.id] = goal == .ended ? JobExit.code(of: job) : 0
            print(job.redacted(by: redaction))
        case .never(let job):
            let state = job.state?.rawValue ?? "damaged"
            fail(job.id, .wrongState, "Cannot wait for job \(job.id) to be \(words): it is over (\(state))")
        case .gone: isGone(target.id)
        }
    }

    /// Notes a job that is nowhere.
    mutating func isGone(_ id: JobID) {
        fail(id, .notFound, "Cannot wait for job \(id): there is no such job, or no longer. See queuectl list")
    }

    /// Ends the command: returns if all is well, throws what is not.
    func end(left: [JobID], limit: Duration?) throws {
        if ids.count == 1, let failure = failures.first { throw failure }
        for failure in failures { console.report(failure) }
        if !left.isEmpty {
            let deed = goal == .ended ? "ended" : "been \(words)"
            let names = left.prefix(5).map(\.text).joined(separator: ", ") + (left.count > 5 ? ", ..." : "")
            let time = limit.map(DurationText.format) ?? "the time given"
            throw Failure(.timedOut, "Not \(deed) within \(time): \(names). See queuectl show \(left[0])")
        }
        if let bad = ids.lazy.compactMap({ codes[$0] }).first(where: { $0 != 0 }) { throw ExitCode(bad) }
    }

    private var words: String {
        JobState.allCases.filter(goal.states.contains).map(\.rawValue).joined(separator: " or ")
    }

    private mutating func fail(_ id: JobID, _ kind: Failure.Kind, _ message: String) {
        let failure = Failure(kind, message)
        codes[id] = failure.status.rawValue
        failures.append(failure)
    }

    private func print(_ job: Job) {
        if console.isJSON || console.isQuiet {
            console.print(console.isJSON ? job.json : job.id.text)
        } else {
            let state = job.state?.rawValue ?? "damaged"
            let why = job.state == .completed ? nil : job.error ?? job.reason
            console.print("\(state) \(job.id)" + (why.map { ": \(TerminalText.escape($0))" } ?? ""))
        }
        console.flush()
    }
}
