import QueueKit

extension LogEntry {
    /// The entry as an object: bytes that are not UTF-8 as `data_base64` instead of `data`.
    func json(attempt: Int) -> JSONValue {
        let data =
            String(validating: data, as: UTF8.self).map { JSONMember(name: "data", value: .string($0)) }
            ?? JSONMember(name: "data_base64", value: .string(Base64.encode(data)))
        return .object([
            JSONMember(name: "attempt", value: .integer(attempt)),
            JSONMember(name: "stream", value: .string(stream.rawValue)),
            JSONMember(name: "time", value: .time(time)), JSONMember(name: "offset", value: .integer(offset)),
            JSONMember(name: "dropped_bytes", value: .integer(droppedBytes)), data,
        ])
    }
}
