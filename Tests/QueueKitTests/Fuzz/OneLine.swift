/// What a message to people must be: one line, of bounded length, that cannot control a terminal.
enum OneLine {
    /// What is wrong with a message; nil if nothing is.
    static func problem(with message: String) -> String? {
        if message.isEmpty { return "the message is empty" }
        if message.utf8.count > 2000 { return "the message has \(message.utf8.count) bytes" }
        let unsafe = message.unicodeScalars.first { scalar in
            switch scalar.value {
            case 0..<0x20, 0x7f..<0xa0, 0x2028...0x202e, 0x2066...0x2069: true
            default: false
            }
        }
        return unsafe.map { "the message has U+\(String($0.value, radix: 16)): \(message.debugDescription)" }
    }
}
