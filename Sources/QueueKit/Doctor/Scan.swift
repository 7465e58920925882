import RedisClient

/// Goes through the keys of the database, or the elements of one key, a page at a time. An element that is there all
/// the while comes at least once; the others may come or not.
struct Scan {
    private let name: String
    private let leading: [String]
    private let trailing: [String]
    private var cursor = "0"
    private var isOver = false

    /// Through the elements of a key: HSCAN or ZSCAN.
    init(_ name: String, _ key: String, count: Int) {
        self.name = name
        leading = [key]
        trailing = ["COUNT", String(count)]
    }

    /// Through the keys whose names begin so.
    init(keysBeginningWith prefix: String, count: Int) {
        name = "SCAN"
        leading = []
        trailing = ["MATCH", prefix + "*", "COUNT", String(count)]
    }

    /// The next page, which may be empty; nil at the end.
    mutating func next(_ queue: JobQueue) async throws(QueueError) -> [RESPValue]? {
        guard !isOver else { return nil }
        var command = RedisCommand(name)
        for word in leading + [cursor] + trailing { command.append(word) }
        let attempt = "go through the keys"
        let reply = try await queue.pipeline([command], attempting: attempt)[0]
        guard let parts = reply.array, parts.count == 2, let next = parts[0].string, let page = parts[1].array else {
            throw queue.unexpected(reply, attempting: attempt)
        }
        cursor = next
        isOver = next == "0"
        return page
    }
}

extension Collection where Index == Int {
    /// The elements in order, so many at a time.
    func batches(of size: Int) -> [[Element]] {
        stride(from: startIndex, to: endIndex, by: size).map { Array(self[$0..<Swift.min($0 + size, endIndex)]) }
    }
}
