import QueueKit

extension RejectedPush {
    /// The push as an object. Bytes that are not UTF-8 are replaced by U+FFFD.
    func json(in queue: QueueName) -> JSONValue {
        .members([
            "id": .string(id), "queue": .string(queue.text), "time": .time(time), "reason": .string(reason),
            "raw": .string(String(decoding: raw, as: UTF8.self)), "length": .integer(length), "sha1": .optional(sha1),
        ])
    }
}
