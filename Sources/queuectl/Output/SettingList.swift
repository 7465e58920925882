import QueueKit

/// Settings with the values in force.
struct SettingList {
    /// What is stored, by name.
    let stored: [String: String]
    let configuration: QueueConfiguration
    var showsOrigin = false

    init(_ session: Session) async throws(QueueError) {
        stored = try await session.directory.storedConfiguration()
        configuration = QueueConfiguration(stored: stored)
    }

    /// `redis` for what is stored, `default` for the rest and for stored values that make no sense.
    func origin(of key: ConfigurationKey) -> String {
        let isStored = stored.keys.contains { name in
            name == key.rawValue || name.map { $0 == "_" ? "-" : $0 } == Array(key.rawValue)
        }
        // Of patterns those that make sense hold.
        let isRead = key == .redact || !configuration.problems.contains { $0.key == key.rawValue }
        return isStored && isRead ? "redis" : "default"
    }

    /// One setting as an object.
    func json(_ key: ConfigurationKey) -> JSONValue {
        .members([
            "key": .string(key.rawValue), "value": .string(configuration.text(of: key)),
            "origin": .string(origin(of: key)),
        ])
    }

    /// Prints all of them, and then what is wrong with stored ones.
    func print(on console: Console) {
        if console.isJSON {
            for key in ConfigurationKey.allCases { console.print(json(key)) }
        } else if console.isQuiet {
            for key in ConfigurationKey.allCases { console.print(key.rawValue) }
        } else {
            table(console).print(on: console)
        }
        for problem in configuration.problems {
            guard problem.key != ConfigurationKey.redact.rawValue else {
                console.note(
                    "queuectl: not all stored patterns hold: \(problem). Set them anew: queuectl config set redact"
                )
                continue
            }
            console.note(
                "queuectl: a stored setting counts as not set: \(problem). Remove it: queuectl config unset \(problem.key)"
            )
        }
    }

    private func table(_ console: Console) -> Table {
        var columns: [Table.Column] = [.init(title: "setting"), .init(title: "value")]
        if showsOrigin { columns.append(.init(title: "origin")) }
        // What it means is for people; programs get names and values.
        if console.out.isTerminal { columns.append(.init(title: "meaning", isFlexible: true)) }
        return Table(
            columns: columns,
            rows: ConfigurationKey.allCases.map { key in
                let isStored = origin(of: key) == "redis"
                var row: [Table.Cell] = [
                    .init(key.rawValue), .init(configuration.text(of: key), isStored ? .bold : nil),
                ]
                if showsOrigin { row.append(.init(origin(of: key), isStored ? nil : .dim)) }
                if console.out.isTerminal { row.append(.init(key.meaning, .dim)) }
                return row
            }
        )
    }
}
