import QueueKit

/// A job for people: fields, attempts, output, and what happens next.
struct JobScreen {
    let details: JobDetails
    let console: Console

    private var job: Job { details.job }

    func print() {
        let state = job.state?.rawValue ?? "damaged"
        console.print("\(console.styled(job.id.text, .bold))  \(console.styled(state, job.state?.style ?? .red))")
        let fields = fields.filter { !$0.1.isEmpty }
        let width = fields.reduce(0) { max($0, $1.0.count) }
        for (name, value) in fields {
            let padding = String(repeating: " ", count: width - name.count)
            console.print("  \(console.styled(name, .dim))\(padding)  \(TerminalText.escape(value))")
        }
        printAttempts()
        printOutput(.stdout)
        printOutput(.stderr)
    }

    private var fields: [(String, String)] {
        let workFields: [(String, String)] = [
            ("next", details.next), ("command", job.command?.description ?? ""), ("damaged", job.corrupt ?? ""),
            ("queue", job.queue.text),
            ("priority", String(job.priority)), ("attempts", attempts),
            ("timeout", job.timeout.map(DurationText.format) ?? "none"), ("grace", DurationText.format(job.grace)),
            ("backoff", "\(NumberText.format(job.backoffBase))^n s, at most \(DurationText.format(job.backoffCap))"),
            ("cwd", job.cwd ?? ""), ("stdin", job.stdin.map { ByteSizeText.rounded($0.utf8.count) } ?? ""),
            ("env", job.env.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")),
            ("tags", job.tags.joined(separator: ", ")), ("meta", job.meta ?? ""),
        ]
        let progressFields: [(String, String)] = [
            ("run at", time(job.runAt)), ("next run", time(job.nextRunAt)), ("created", time(job.createdAt)),
            ("updated", time(job.updatedAt)), ("started", time(job.startedAt)), ("finished", finished),
            ("progress", progress), ("result", TerminalText.shorten(job.result ?? "", to: Self.resultColumns)),
            ("cancel requested", time(job.cancelRequested)), ("exit code", job.exitCode.map(String.init) ?? ""),
            ("signal", job.signal.map(String.init) ?? ""), ("reason", job.reason ?? ""), ("error", job.error ?? ""),
            ("worker", job.worker?.description ?? ""), ("host", job.worker?.host ?? ""),
        ]
        return workFields + progressFields
    }

    private var attempts: String {
        let crashes = job.crashCount > 0 ? ", \(job.crashCount) crashed" : ""
        return "\(job.run), \(job.failures) failed\(crashes), \(job.maxRetries.of("retry", plural: "retries")) allowed"
    }

    /// More of a result is for programs: `--json`.
    private static let resultColumns = 1000

    private var progress: String {
        guard let progress = job.progress else { return "" }
        return "\(progress) %" + (job.progressText.map { ", \($0)" } ?? "")
    }

    private var finished: String {
        guard let end = job.finishedAt else { return "" }
        let took = job.startedAt.map { start in
            start <= end ? ", took \(duration(start, end))" : ""
        }
        return time(end) + (took ?? "")
    }

    private func time(_ time: Timestamp?) -> String {
        time.map { "\($0.rfc3339) (\(RelativeTime.describe($0, from: details.now)))" } ?? ""
    }

    private func duration(_ start: Timestamp, _ end: Timestamp) -> String {
        DurationText.format(.milliseconds(max(0, end.milliseconds - start.milliseconds)))
    }

    private func printAttempts() {
        guard !details.attempts.isEmpty else { return }
        var table = Table(
            columns: [
                .init(title: "attempt", isNumber: true), .init(title: "outcome"), .init(title: "started"),
                .init(title: "took", isNumber: true), .init(title: "exit", isNumber: true), .init(title: "host"),
                .init(title: "error", isFlexible: true),
            ]
        )
        for attempt in details.attempts {
            let took = attempt.startedAt.flatMap { start in attempt.finishedAt.map { duration(start, $0) } } ?? ""
            let exit = attempt.exitCode.map(String.init) ?? attempt.signal.map { "signal \($0)" } ?? ""
            table.rows.append([
                .init(String(attempt.run)), .init(attempt.outcome ?? "running", style(attempt.outcome)),
                .init(attempt.startedAt.map { RelativeTime.describe($0, from: details.now) } ?? ""), .init(took),
                .init(exit), .init(attempt.token?.worker.host ?? ""), .init(attempt.error ?? attempt.reason ?? ""),
            ])
        }
        console.print("")
        for line in table.lines(console.out) { console.print(line) }
    }

    private func style(_ outcome: String?) -> Style? {
        switch outcome {
        case nil: .yellow
        case "completed": .green
        case "released", "cancelled": .dim
        default: .red
        }
    }

    private func printOutput(_ stream: LogEntry.Stream) {
        let text = details.output.text(stream)
        guard !text.isEmpty else { return }
        console.print("")
        console.print(console.styled("\(stream.rawValue) of attempt \(details.output.attempt):", .dim))
        let lines = text.hasSuffix("\n") ? text.dropLast() : text[...]
        for line in lines.split(separator: "\n", omittingEmptySubsequences: false) { console.print("  \(line)") }
    }
}
