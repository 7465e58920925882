import RedisClient

/// What one Redis key holds.
enum StoredValue: Sendable {
    case text(String)
    case hash([String: String])
    case list([String])
    case sortedSet([(member: String, score: String)])
    case stream([[String: String]])

    /// Reads the answer to the command that `reading` gave.
    init(type: String, reply: RESPValue) {
        let words = (reply.array ?? []).map { $0.string ?? "" }
        let pairs = stride(from: 0, to: words.count - words.count % 2, by: 2).map { (words[$0], words[$0 + 1]) }
        switch type {
        case "hash": self = .hash(Dictionary(pairs) { first, _ in first })
        case "list": self = .list(words)
        case "zset": self = .sortedSet(pairs.map { (member: $0.0, score: $0.1) })
        case "stream":
            self = .stream(
                (reply.array ?? []).map { entry in
                    let words = (entry.array?.last?.array ?? []).map { $0.string ?? "" }
                    let pairs = stride(from: 0, to: words.count, by: 2).map { (words[$0], words[$0 + 1]) }
                    return Dictionary(pairs) { first, _ in first }
                }
            )
        default: self = .text(reply.string ?? "")
        }
    }

    static func reading(_ key: String, type: String) -> RedisCommand {
        switch type {
        case "hash": RedisCommand("HGETALL", key)
        case "list": RedisCommand("LRANGE", key, "0", "-1")
        case "zset": RedisCommand("ZRANGE", key, "0", "-1", "WITHSCORES")
        case "stream": RedisCommand("XRANGE", key, "-", "+")
        default: RedisCommand("GET", key)
        }
    }
}

extension TestQueue {
    /// Everything in Redis that belongs to this queue, by key without the prefix.
    func stored() async throws -> [String: StoredValue] {
        let found = try await send("KEYS", "R:*").array ?? []
        let names = found.compactMap(\.string)
        let types = try await redis.pipeline(names.map { RedisCommand("TYPE", $0) }).map { $0.string ?? "" }
        let replies = try await redis.pipeline(zip(names, types).map { StoredValue.reading($0, type: $1) })
        var values: [String: StoredValue] = [:]
        for (at, name) in names.enumerated() where types[at] != "none" {
            values[String(name.dropFirst(keys.prefix.count))] = StoredValue(type: types[at], reply: replies[at])
        }
        return values
    }
}
