import QueueKit

/// Jobs, one on a line.
struct JobList {
    var jobs: [Job]
    /// The server's time.
    var now: Timestamp
    /// Whether all are dead: then what killed them says more than their state.
    var isOfDead = false

    /// Prints them as the options ask for.
    func print(on console: Console) {
        if console.isJSON || console.isQuiet {
            for job in jobs where !console.isClosed {
                console.print(console.isJSON ? job.json : job.id.text)
            }
            return
        }
        if jobs.isEmpty, console.out.isTerminal { console.note("No jobs.") } else { table(console).print(on: console) }
    }

    private typealias Column = (column: Table.Column, cell: (Job) -> Table.Cell)

    private func table(_ console: Console) -> Table {
        // Programs that cut columns need the same ones every time; people can do without the obvious.
        let hasQueues = !console.out.isTerminal || jobs.contains { $0.queue != .default }
        let chosen = columns.filter { hasQueues || $0.column.title != "queue" }
        return Table(columns: chosen.map(\.column), rows: jobs.map { job in chosen.map { $0.cell(job) } })
    }

    private var columns: [Column] {
        let now = now
        let state: Column = (
            .init(title: "state"), { .init($0.stateWords, $0.state?.style ?? .red) }
        )
        let error: Column = (
            .init(title: "error", isFlexible: true), { .init($0.error ?? $0.reason ?? "", .red) }
        )
        let rest: [Column] = [
            (.init(title: "queue"), { .init($0.queue.text) }),
            (.init(title: "pri", isNumber: true), { .init(String($0.priority)) }),
            (.init(title: "att", isNumber: true), { .init(String($0.run)) }),
            (.init(title: "when"), { .init(JobTime.describe($0, now: now)) }),
        ]
        let id: Column = (.init(title: "id"), { .init($0.id.text) })
        let command: Column = (
            .init(title: "command", isFlexible: true),
            {
                .init(
                    $0.command?.description ?? $0.corrupt ?? $0.document.map { String(decoding: $0, as: UTF8.self) }
                        ?? ""
                )
            }
        )
        return [id] + (isOfDead ? [] : [state]) + rest + (isOfDead ? [error] : []) + [command]
    }
}
