import QueueKit

/// What `doctor` has found, for people: a line for each check, and under it what is wrong and what to do.
struct ExaminationScreen {
    let examination: Examination
    let console: Console

    /// How many findings of a kind are shown; --json tells all.
    private static let shown = 10

    func print() {
        heading("Redis", examination.redis)
        show(examination.server, CheckArea.ofServer)
        heading("Workers", nil)
        show(examination.workers, CheckArea.ofWorkers)
        for report in examination.queues {
            heading("Queue", report.queue.text)
            show(
                CheckArea.ofQueue.map { ($0, report.fact($0)) },
                report.findings,
                repaired: report.repaired
            )
            if report.omitted > 0 {
                console.print("    and \(report.omitted.grouped) findings more; give the command again after a repair")
            }
        }
        console.print("")
        console.print(summary)
    }

    private func heading(_ title: String, _ object: String?) {
        if title != "Redis" { console.print("") }
        let name = object.map { " " + TerminalText.escape($0) } ?? ""
        console.print(console.styled(title, .bold) + name)
    }

    private func show(_ report: CheckReport, _ areas: [CheckArea]) {
        show(areas.map { ($0, report.facts[$0] ?? "not known") }, report.findings)
    }

    private func show(_ checks: [(CheckArea, String)], _ findings: [Finding], repaired: [Finding] = []) {
        let width = checks.reduce(0) { max($0, $1.0.rawValue.count) }
        for (area, fact) in checks {
            let own = findings.filter { $0.kind.area == area }
            let name = area.rawValue + String(repeating: " ", count: width - area.rawValue.count)
            let line =
                "  \(mark(own.map(\.severity).max())) \(name)  \(console.styled(TerminalText.escape(fact), .dim))"
            console.print(line)
            show(repaired.filter { $0.kind.area == area }) { finding in
                ["    \(console.styled("repaired", .green))  \(TerminalText.escape(finding.problem))"]
            }
            show(own) { finding in
                [
                    "    \(TerminalText.escape(finding.problem))",
                    "      \(console.styled(TerminalText.escape(finding.remedy), .bold))",
                ]
            }
        }
    }

    /// The lines of the first few findings of each kind, and how many there are more.
    private func show(_ findings: [Finding], _ lines: (Finding) -> [String]) {
        var counts: [FindingKind: Int] = [:]
        for finding in findings {
            counts[finding.kind, default: 0] += 1
            guard counts[finding.kind, default: 0] <= Self.shown else { continue }
            for line in lines(finding) { console.print(line) }
        }
        for kind in FindingKind.allCases {
            let more = counts[kind, default: 0] - Self.shown
            if more > 0 { console.print("    and \(more.grouped) more of the kind \(kind.rawValue)") }
        }
    }

    /// A sign on a terminal; a word elsewhere.
    private func mark(_ severity: Finding.Severity?) -> String {
        let isTerminal = console.out.isTerminal
        switch severity {
        case nil: return isTerminal ? console.styled("✓", .green) : "ok     "
        case .note: return isTerminal ? console.styled("·", .cyan) : "note   "
        case .warning: return isTerminal ? console.styled("!", .yellow) : "warning"
        case .error: return isTerminal ? console.styled("✗", .red) : "error  "
        }
    }

    private var summary: String {
        let findings = examination.findings
        let errors = findings.count { $0.severity == .error }
        let warnings = findings.count { $0.severity == .warning }
        let repairs = examination.repaired.isEmpty ? "" : "Repaired \(examination.repaired.count.grouped). "
        guard errors + warnings > 0 else { return repairs + console.styled("All is well.", .green) }
        let numbers = [errors > 0 ? errors.of("error") : nil, warnings > 0 ? warnings.of("warning") : nil]
        var text = repairs + numbers.compactMap { $0 }.joined(separator: ", ") + "."
        let fixable = findings.count(where: \.isFixable)
        if fixable > 0 {
            let fix = "queuectl doctor --fix" + examination.named.map { " --queue \($0)" }.joined()
            text += " \(fixable.grouped) can be repaired: \(console.styled(fix, .bold))"
        }
        return text
    }
}

extension QueueReport {
    /// What a check has looked at, in a few words.
    fileprivate func fact(_ area: CheckArea) -> String {
        guard isComplete else { return area == .keys ? "cannot be read" : "not checked" }
        switch area {
        case .jobs: return jobs.of("job")
        case .entries: return entries.of("index entry", plural: "index entries")
        case .marks: return "\(marks.of("entry", plural: "entries")) left behind in long lists"
        case .pushes: return "\(pushes.grouped) being judged"
        case .leftovers: return "attempts and output of jobs"
        case .counters: return "jobs by state"
        case .work: return "what waits and what is put aside"
        default: return "names and types"
        }
    }
}
