import QueueKit

/// The overview on one screen.
struct OverviewScreen {
    let overview: Overview
    let console: Console

    func print() {
        console.print("\(styled("Redis", .dim)) \(TerminalText.escape(overview.server))  \(styled(workers, .dim))")
        console.print("")
        for line in jobs.lines(console.out) { console.print(line) }
        console.print("")
        for line in flow.lines(console.out) { console.print(line) }
        console.print("")
        let warnings = overview.warnings
        for warning in warnings {
            console.print("\(styled("!", .yellow)) \(warning.message). \(styled(warning.remedy, .bold))")
        }
        if warnings.isEmpty { console.print(summary) }
    }

    private var workers: String {
        guard !overview.workers.isEmpty else { return "no workers" }
        let slots = overview.workers.reduce(0) { $0 + $1.slots }
        let busy = overview.workers.reduce(0) { $0 + $1.busy }
        return "\(overview.workers.count.of("worker")), \(busy) of \(slots.of("slot")) busy"
    }

    /// What to do next where nothing is wrong.
    private var summary: String {
        if JobState.allCases.allSatisfy({ overview.jobs($0) == 0 }) {
            return "No jobs yet. Add one: \(styled("queuectl enqueue --command \"echo Hello\"", .bold))"
        }
        return styled("All is well.", .green)
    }

    private var jobs: Table {
        var table = Table(
            columns: [.init(title: "queue", isFlexible: true)]
                + JobState.allCases.map { .init(title: $0.rawValue, isNumber: true) }
        )
        for status in overview.queues {
            table.rows.append([.init(status.queue.text)] + JobState.allCases.map { cell(status.jobs[$0] ?? 0, $0) })
        }
        if overview.queues.count > 1 {
            table.rows.append([.init("all", .dim)] + JobState.allCases.map { cell(overview.jobs($0), $0) })
        }
        return table
    }

    private func cell(_ count: Int, _ state: JobState) -> Table.Cell {
        .init(count.grouped, count == 0 ? .dim : state.style)
    }

    private var flow: Table {
        let numbers = ["workers", "oldest", "done/failed 1m", "5m", "15m", "rejected"]
        var table = Table(
            columns: [.init(title: "queue", isFlexible: true), .init(title: "state")]
                + numbers.map { .init(title: $0, isNumber: true) }
        )
        for status in overview.queues {
            var row: [Table.Cell] = [
                .init(status.queue.text),
                status.pausedSince == nil ? .init("running", .green) : .init("paused", .yellow),
                .init(String(status.workers)), .init(status.oldestPendingAge.map(RelativeTime.brief) ?? "-"),
            ]
            row += status.throughput.map { .init("\($0.completed)/\($0.failed)", $0.failed > 0 ? .red : nil) }
            row.append(.init(status.rejected.grouped, status.rejected > 0 ? .red : .dim))
            table.rows.append(row)
        }
        return table
    }

    private func styled(_ text: String, _ style: Style) -> String { console.styled(text, style) }
}
