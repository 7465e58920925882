// A document as JSON.
extension JobDocument {
    /// What was given, in the usual order: what a reader makes of it is this document again.
    package var members: [JSONMember] {
        DocumentField.allCases.compactMap { field in
            value(of: field).map { JSONMember(name: field.rawValue, value: $0) }
        }
    }

    /// The value of a field as it stands in JSON; nil if it was left open.
    func value(of field: DocumentField) -> JSONValue? {
        switch field {
        case .version: nil
        case .id: id.map { .string($0.text) }
        case .queue: queue.map { .string($0.text) }
        case .command: command.map(JSONValue.string)
        case .argv: argv.map { .array($0.map(JSONValue.string)) }
        case .task: task.map(JSONValue.string)
        case .args: args.flatMap { JSONValue.parsed(bytes: Array($0.utf8)) }
        case .priority: priority.map { .integer($0) }
        case .maxRetries: maxRetries.map { .integer($0) }
        case .backoffBase: backoffBase.map { .number(NumberText.format($0)) }
        case .backoffCap: Self.text(backoffCap)
        case .timeout: Self.text(timeout)
        case .grace: Self.text(grace)
        case .delay: Self.text(delay)
        case .runAt: runAt.map { .string($0.rfc3339) }
        case .expires:
            switch expires {
            case .after(let wait)?: Self.text(wait)
            case .at(let time)?: .string(time.rfc3339)
            case nil: nil
            }
        case .successCodes: successCodes.map(Self.array)
        case .fatalCodes: fatalCodes.map(Self.array)
        case .snoozeCodes:
            snoozeCodes.map { waits in
                let waits = waits.sorted { $0.key < $1.key }
                return .object(
                    waits.map { JSONMember(name: String($0.key), value: .string(DurationText.format($0.value))) }
                )
            }
        case .retryOnOtherHost: retryOnOtherHost.map(JSONValue.bool)
        case .memory: memory.map { .integer($0) }
        case .cpuSeconds: cpuSeconds.map { .integer($0) }
        case .nice: nice.map { .integer($0) }
        case .openFiles: openFiles.map { .integer($0) }
        case .env: env.map(JSONValue.texts)
        case .envFrom: envFrom.map { .texts($0.mapValues(\.description)) }
        case .cwd: cwd.map(JSONValue.string)
        case .stdin: stdin.map(JSONValue.string)
        case .tags: tags.map { .array($0.map(JSONValue.string)) }
        case .meta: meta.flatMap { JSONValue.parsed(bytes: Array($0.utf8)) }
        case .replyTo: replyTo.map(JSONValue.string)
        }
    }

    private static func text(_ duration: Duration?) -> JSONValue? {
        duration.map { .string(DurationText.format($0)) }
    }

    private static func array(_ codes: Set<Int>) -> JSONValue {
        .array(codes.sorted().map { .integer($0) })
    }
}
