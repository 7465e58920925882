/// The least that deserves the name of a queue: two lists and a hash per job, by plain commands. It has no leases, no
/// states, no counts, no history and no retention; a crash in the middle leaves things half done. The floor to compare with.
struct PlainQueue: Sendable {
    let socket: String

    func enqueue(_ count: Int, batch: Int) throws {
        let connection = try PlainConnection(socket)
        for first in stride(from: 0, to: count, by: batch) {
            let ids = (first..<min(first + batch, count)).map { "01J00000000000000\(1_000_000_000 + $0)" }
            try connection.pipeline(
                ids.flatMap { id in
                    [
                        ["HSET", "plain:job:\(id)", "command", "true", "state", "pending", "priority", "5"],
                        ["RPUSH", "plain:pending", id],
                    ]
                }
            )
        }
    }

    /// Takes, reads, marks and ends jobs: five commands each, in two round trips more than a batch needs scripts.
    func drain(_ count: Int, batch: Int) throws {
        let connection = try PlainConnection(socket)
        let take = ["LMOVE", "plain:pending", "plain:processing", "LEFT", "RIGHT"]
        for first in stride(from: 0, to: count, by: batch) {
            let ids = try connection.pipeline(Array(repeating: take, count: min(batch, count - first)))
            try connection.pipeline(
                ids.flatMap { id in
                    [
                        ["HGETALL", "plain:job:\(id)"],
                        ["HSET", "plain:job:\(id)", "state", "processing", "started_at", "1760000000000"],
                    ]
                }
            )
            try connection.pipeline(
                ids.flatMap { id in
                    [
                        ["LREM", "plain:processing", "1", id],
                        ["HSET", "plain:job:\(id)", "state", "completed", "finished_at", "1760000000000"],
                    ]
                }
            )
        }
    }
}
