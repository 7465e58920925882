import RedisClient

/// Replies of any kind, as values and as bytes, and what may happen to bytes.
enum RandomReply {
    private static let lines = [
        "OK", "PONG", "QUEUED", "ERR x", "MOVED 3999 10.0.0.2:6381", "ASK 3999 :6381", "MOVED 3999 ::1:",
        "MOVED 99999 h:1",
        "TRYAGAIN x", "CLUSTERDOWN The cluster is down", "LOADING x", "NOSCRIPT x", "READONLY x", "",
    ]

    static func value(depth: Int, _ random: inout some RandomNumberGenerator) -> RESPValue {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
        case 0: return .integer(Bool.random(using: &random) ? Int64.random(in: -9...9, using: &random) : .max)
        case 1: return .simple(lines.randomElement(using: &random) ?? "")
        case 2: return .error(RedisReplyError(message: lines.randomElement(using: &random) ?? ""))
        case 3: return .null
        case 4:
            let length = Int.random(in: 0...8, using: &random)
            return .bulk((0..<length).map { _ in UInt8.random(in: 0...255, using: &random) })
        default:
            let length = Int.random(in: 0...4, using: &random)
            return .array((0..<length).map { _ in value(depth: depth - 1, &random) })
        }
    }

    static func encoded(_ value: RESPValue) -> [UInt8] {
        switch value {
        case .null: Array("$-1\r\n".utf8)
        case .integer(let number): Array(":\(number)\r\n".utf8)
        case .simple(let text): Array("+\(text)\r\n".utf8)
        case .error(let error): Array("-\(error.message)\r\n".utf8)
        case .bulk(let bytes): Array("$\(bytes.count)\r\n".utf8) + bytes + Array("\r\n".utf8)
        case .array(let elements): Array("*\(elements.count)\r\n".utf8) + elements.flatMap(encoded)
        }
    }

    private static let tokens = [
        "\r\n", "*", "$", ":", "-", "+", "9", "-1", "*1000000000\r\n", "$9999\r\n", "%1\r\n", "\0",
    ]

    /// Changes, adds, doubles or takes away something.
    static func damage(_ bytes: inout [UInt8], _ random: inout some RandomNumberGenerator) {
        let at = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0 where at < bytes.count: bytes[at] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.insert(contentsOf: (tokens.randomElement(using: &random) ?? "").utf8, at: at)
        case 2: bytes.removeLast(bytes.count - at)
        case 3: bytes.insert(contentsOf: bytes[..<at], at: at)
        default: bytes.removeFirst(min(at, 3))
        }
    }
}
