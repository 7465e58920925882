import QueueKit

extension Overview {
    /// The overview as one object.
    var json: JSONValue {
        .members([
            "redis": .string(server), "namespace": .string(namespace), "time": .time(now),
            "jobs": .object(JobState.allCases.map { JSONMember(name: $0.rawValue, value: .integer(jobs($0))) }),
            "queues": .array(queues.map(\.json)),
            "workers": .array(workers.map(\.json)),
            "warnings": .array(
                warnings.map {
                    .members(["code": .string($0.code), "message": .string($0.message), "remedy": .string($0.remedy)])
                }
            ),
        ])
    }
}

extension QueueStatus {
    /// The status of one queue as an object.
    var json: JSONValue {
        .members([
            "queue": .string(queue.text),
            "jobs": .object(JobState.allCases.map { JSONMember(name: $0.rawValue, value: .integer(jobs[$0] ?? 0)) }),
            "incoming": .integer(incoming), "rejected": .integer(rejected), "workers": .integer(workers),
            "paused_since": .time(pausedSince), "repaired_at": .time(repairedAt),
            "oldest_pending_age": .seconds(oldestPendingAge),
            "throughput": .array(
                throughput.map {
                    .members([
                        "minutes": .integer($0.minutes), "completed": .integer($0.completed),
                        "failed": .integer($0.failed),
                    ])
                }
            ),
            "totals": .object(
                totals.sorted { $0.key < $1.key }.map { JSONMember(name: $0.key, value: .integer($0.value)) }
            ),
        ])
    }
}

extension WorkerRegistration {
    /// The worker as an object.
    var json: JSONValue {
        .members([
            "id": .string(id.description), "host": .string(id.host), "pid": .integer(Int(id.pid)),
            "state": .string(state.rawValue), "queues": .array(queues.map { .string($0.text) }),
            "weights": weights.map { .array($0.map(JSONValue.integer)) } ?? .null,
            "slots": .integer(slots), "busy": .integer(busy), "started_at": .time(startedAt), "seen_at": .time(seenAt),
            "version": .string(version),
        ])
    }
}
