import QueueKit
import QueueWorker

extension JobScreen {
    /// A line for each attempt, and below it what was measured: both fit 80 columns.
    func printAttempts() {
        guard !details.attempts.isEmpty else { return }
        var table = Table(
            columns: [
                .init(title: "attempt", isNumber: true), .init(title: "outcome"), .init(title: "started"),
                .init(title: "took", isNumber: true), .init(title: "exit", isNumber: true), .init(title: "host"),
                .init(title: "error", isFlexible: true),
            ]
        )
        for attempt in details.attempts {
            table.rows.append([
                .init(String(attempt.run)), .init(attempt.outcome ?? "running", style(attempt.outcome)),
                .init(attempt.startedAt.map { RelativeTime.describe($0, from: details.now) } ?? ""),
                .init(duration(of: attempt)), .init(exit(attempt)), .init(attempt.token?.worker.host ?? ""),
                .init(attempt.error ?? attempt.reason ?? ""),
            ])
        }
        let lines = table.lines(console.out)
        console.print("")
        console.print(lines[0])
        for (line, attempt) in zip(lines.dropFirst(), details.attempts) {
            console.print(line)
            let measured = measured(attempt)
            guard !measured.isEmpty else { continue }
            let text = TerminalText.shorten(TerminalText.escape(measured), to: console.out.columns - Self.indent)
            console.print(String(repeating: " ", count: Self.indent) + console.styled(text, .dim))
        }
    }

    /// Where the second column begins.
    private static let indent = 9

    private func duration(of attempt: AttemptRecord) -> String {
        guard let start = attempt.startedAt, let end = attempt.finishedAt else { return "" }
        return duration(start, end)
    }

    private func exit(_ attempt: AttemptRecord) -> String {
        attempt.exitCode.map(String.init) ?? attempt.signal.map(signalName) ?? ""
    }

    func signalName(_ number: Int) -> String {
        Int32(exactly: number).map(SignalName.of) ?? "signal \(number)"
    }

    /// What the line of the table has no room for.
    private func measured(_ attempt: AttemptRecord) -> String {
        let usage = attempt.usage
        let parts: [String?] = [
            attempt.waited.map { "waited \(DurationText.format($0))" },
            usage.pid.map { "pid \($0)" },
            usage.cpuTime.map { "CPU \(DurationText.format($0))" },
            usage.maxResidentBytes.map { "\(ByteSizeText.rounded($0)) at most" },
            // In words it stands in the line above, if there are any.
            attempt.error == nil ? nil : attempt.reason,
        ]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }

    private func style(_ outcome: String?) -> Style? {
        switch outcome {
        case nil: .yellow
        case "completed": .green
        case "released", "cancelled", "snoozed": .dim
        default: .red
        }
    }
}
