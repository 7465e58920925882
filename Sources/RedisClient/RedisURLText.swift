/// How the pieces of a Redis URL are read. No message repeats a piece: it may hold a part of the password.
enum RedisURLText {
    /// A host and, behind a colon, a port.
    static func endpoint(_ text: Substring, port standardPort: UInt16) throws(RedisURLError) -> RedisEndpoint {
        var name = text
        var digits: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else {
                throw RedisURLError("the '[' before the host is not closed")
            }
            name = text[text.index(after: text.startIndex)..<end]
            let after = text[text.index(after: end)...]
            guard after.isEmpty || after.hasPrefix(":") else { throw RedisURLError("only a port may follow the ']'") }
            digits = after.isEmpty ? nil : after.dropFirst()
        } else if let colon = text.firstIndex(of: ":") {
            name = text[..<colon]
            digits = text[text.index(after: colon)...]
            guard digits?.contains(":") == false else { throw RedisURLError("an IPv6 host must stand in brackets") }
        }
        guard !name.isEmpty else { throw RedisURLError("it has no host; use redis://host:port") }
        let host = try decoded(name, "host")
        guard let digits else { return RedisEndpoint(host: host, port: standardPort) }
        guard let port = number(digits, upTo: Int(UInt16.max)), port > 0 else {
            throw RedisURLError("the port must be a number from 1 to 65535")
        }
        return RedisEndpoint(host: host, port: UInt16(port))
    }

    static func number(_ digits: Substring, upTo limit: Int) -> Int? {
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(digits).flatMap { $0 <= limit ? $0 : nil }
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default:
            false
        }
    }

    /// The text with its percent-encoded bytes put in. `part` says what it is, for messages.
    static func decoded(_ text: Substring, _ part: String) throws(RedisURLError) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
                throw RedisURLError("the \(part) has a '%' without two hexadecimal digits; write %25 for '%'")
            }
            bytes.append(high << 4 | low)
        }
        guard !bytes.contains(0) else { throw RedisURLError("the \(part) contains a zero byte") }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw RedisURLError("the \(part) is not valid UTF-8")
        }
        return decoded
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
