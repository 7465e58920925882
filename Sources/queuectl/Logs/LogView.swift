import QueueKit

/// What a person wants to see of the output of a job.
struct LogView {
    /// Only so many of the last lines that are there already; nil for all.
    var lines: Int?
    var streams = LogEntry.Stream.allCases
    var form = LogPrinter.Form.plain
    /// What is hidden in it.
    var redaction = Redaction.none

    private let job: Job
    private let queue: JobQueue
    private let console: Console

    init(of job: Job, in queue: JobQueue, on console: Console) {
        self.job = job
        self.queue = queue
        self.console = console
    }

    /// Prints what is kept of one attempt, the last one unless given.
    func show(_ attempt: Int?) async throws {
        let number = attempt ?? job.run
        guard number <= job.run else {
            let runs = job.run == 0 ? "it has not run yet" : "it has run \(job.run.of("time"))"
            throw Failure(.notFound, "Cannot show attempt \(number) of job \(job.id): \(runs)")
        }
        guard number > 0 else {
            return console.note("queuectl: job \(job.id) has not run yet; --follow waits for it")
        }
        let entries = try await queue.log(of: job.id, run: number).filter { streams.contains($0.stream) }
        if entries.isEmpty, number <= job.run - JobQueue.keptRuns {
            let kept = JobQueue.keptRuns.of("attempt")
            throw Failure(.notFound, "Cannot show attempt \(number) of job \(job.id): only the last \(kept) are kept")
        }
        var printer = LogPrinter(form, hiding: redaction, on: console)
        printer.begin(attempt: number)
        for entry in lines.map({ LogTail.of(entries, lines: $0) }) ?? entries {
            printer.print(entry)
            if console.isClosed { return }
        }
        printer.end()
        if entries.isEmpty { tell("job \(job.id) has printed nothing in attempt \(number)") }
    }

    /// Prints what comes until the job is over: of one attempt, or from the last one on.
    func follow(_ attempt: Int?) async throws {
        var printer = LogPrinter(form, hiding: redaction, on: console)
        // What is there already, while it is not known how much of it is wanted.
        var waiting: [LogEntry]? = lines == nil ? nil : []
        var attempts = 0
        for try await event in queue.follow(job.id, attempt.map { .only($0) } ?? .latest) {
            switch event {
            case .attemptBegan(let number):
                attempts += 1
                if attempts > 1 { tell("attempt \(number)") }
                printer.begin(attempt: number)
            case .output(let entry):
                guard streams.contains(entry.stream) else { continue }
                if waiting == nil { printer.print(entry) } else { waiting?.append(entry) }
            case .caughtUp:
                for entry in LogTail.of(waiting ?? [], lines: lines ?? 0) { printer.print(entry) }
                waiting = nil
            case .attemptEnded: if waiting == nil { printer.end() }
            case .jobEnded(let job): if job == nil { tell("job \(self.job.id) was deleted") }
            }
            console.flush()
            if console.isClosed { return }
        }
        printer.end()
    }

    /// Tells a person what no program needs to know.
    private func tell(_ text: String) {
        if console.err.isTerminal { console.note("queuectl: \(text)") }
    }
}
