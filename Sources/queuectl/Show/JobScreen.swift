import QueueKit

/// A job for people: fields, attempts, output, and what happens next.
struct JobScreen {
    let details: JobDetails
    let console: Console

    var job: Job { details.job }

    func print() {
        let state = job.stateWords
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
            ("document", document),
            ("queue", job.queue.text),
            ("priority", String(job.priority)), ("attempts", attempts),
            ("timeout", job.timeout.map(DurationText.format) ?? "none of its own"),
            ("grace", DurationText.format(job.grace)),
            ("backoff", "\(NumberText.format(job.backoffBase))^n s, at most \(DurationText.format(job.backoffCap))"),
            ("cwd", job.cwd ?? ""), ("stdin", job.stdin.map { ByteSizeText.rounded($0.utf8.count) } ?? ""),
            ("env", job.env.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")),
            ("env from", job.envFrom.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")),
            ("tags", job.tags.joined(separator: ", ")), ("meta", job.meta ?? ""),
            ("reply to", job.replyTo ?? ""), ("signed", signed),
        ]
        let progressFields: [(String, String)] = [
            ("run at", time(job.runAt)), ("expires", time(job.expiresAt)), ("next run", time(job.nextRunAt)),
            ("created", time(job.createdAt)),
            ("updated", time(job.updatedAt)), ("started", started), ("finished", finished),
            ("progress", progress), ("result", TerminalText.shorten(job.result ?? "", to: Self.resultColumns)),
            ("cancel requested", time(job.cancelRequested)), ("paused", time(job.pausedAt)),
            ("exit code", job.exitCode.map(String.init) ?? ""),
            ("signal", job.signal.map(signalName) ?? ""), ("reason", job.reason ?? ""), ("error", job.error ?? ""),
            ("worker", job.worker?.description ?? ""), ("host", job.worker?.host ?? ""),
        ]
        return workFields + policyFields + progressFields
    }

    /// What was sent, if it has not been understood, or will not be.
    private var document: String {
        guard job.command == nil, let bytes = job.document else { return "" }
        return TerminalText.shorten(String(decoding: bytes, as: UTF8.self), to: Self.resultColumns)
    }

    /// Who has signed it. Whether that is right only a worker with the key can say.
    private var signed: String {
        job.signature.map { "with the key \($0.keyID), valid until \(time($0.validUntil))" } ?? ""
    }

    private var attempts: String {
        let crashes = job.crashCount > 0 ? ", \(job.crashCount) crashed" : ""
        return "\(job.run), \(job.failures) failed\(crashes), \(job.maxRetries.of("retry", plural: "retries")) allowed"
    }

    private var started: String {
        let waited = job.waited.map { ", had waited \(DurationText.format($0))" } ?? ""
        return job.startedAt == nil ? "" : time(job.startedAt) + waited
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

    func duration(_ start: Timestamp, _ end: Timestamp) -> String {
        DurationText.format(.milliseconds(max(0, end.milliseconds - start.milliseconds)))
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
