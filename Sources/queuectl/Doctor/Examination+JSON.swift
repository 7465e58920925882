import QueueKit

extension Examination {
    /// All of it as one object.
    var json: JSONValue {
        .members([
            "redis": .string(redis), "namespace": .string(namespace), "time": .time(now), "healthy": .bool(isHealthy),
            "server": Self.facts(server, CheckArea.ofServer), "workers": Self.facts(workers, CheckArea.ofWorkers),
            "queues": .array(queues.map(\.json)), "findings": .array(findings.map(\.json)),
            "repaired": .array(repaired.map(\.json)),
        ])
    }

    private static func facts(_ report: CheckReport, _ areas: [CheckArea]) -> JSONValue {
        .object(areas.map { JSONMember(name: $0.rawValue, value: .optional(report.facts[$0])) })
    }
}

extension QueueReport {
    fileprivate var json: JSONValue {
        .members([
            "queue": .string(queue.text), "complete": .bool(isComplete), "jobs": .integer(jobs),
            "entries": .integer(entries), "left_behind": .integer(marks), "pushes": .integer(pushes),
            "omitted": .integer(omitted),
        ])
    }
}

extension Finding {
    /// The finding as an object.
    var json: JSONValue {
        .members([
            "code": .string(kind.rawValue), "severity": .string(severity.rawValue),
            "area": .string(kind.area.rawValue), "queue": .optional(queue?.text), "object": .string(object),
            "problem": .string(problem), "remedy": .string(remedy), "fixable": .bool(isFixable),
        ])
    }
}
