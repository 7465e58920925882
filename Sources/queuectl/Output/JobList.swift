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
        if jobs.isEmpty, console.out.isTerminal { console.note("No jobs.") } else { table.print(on: console) }
    }

    private var table: Table {
        let hasQueues = Set(jobs.map(\.queue)) != [.default]
        var columns: [Table.Column] = [
            .init(title: "id"), isOfDead ? .init(title: "error", isFlexible: true) : .init(title: "state"),
        ]
        if hasQueues { columns.insert(.init(title: "queue"), at: 1) }
        columns += [
            .init(title: "pri", isNumber: true), .init(title: "attempts", isNumber: true), .init(title: "when"),
            .init(title: "command", isFlexible: true),
        ]
        return Table(
            columns: columns,
            rows: jobs.map { job in
                var cells: [Table.Cell] = [.init(job.id.text)]
                if hasQueues { cells.append(.init(job.queue.text)) }
                cells += [
                    isOfDead
                        ? .init(job.error ?? job.reason ?? "", .red)
                        : .init(job.state?.rawValue ?? "damaged", job.state?.style ?? .red),
                    .init(String(job.priority)),
                    .init(String(job.run)), .init(JobTime.describe(job, now: now)),
                    .init(job.command?.description ?? job.corrupt ?? ""),
                ]
                return cells
            }
        )
    }
}
