/// A Redis URL cut at its delimiters, with nothing decoded yet.
struct RedisURLParts {
    let scheme: String
    private let userInfo: Substring?
    private let host: Substring
    private let path: Substring
    private let query: Substring?

    init(_ url: String) throws(RedisURLError) {
        guard !url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
            throw RedisURLError("it contains a space or a control character; percent-encode it")
        }
        guard let colon = url.firstRange(of: "://") else {
            throw RedisURLError("it has no scheme; use redis://host:port or unix:///path")
        }
        scheme = url[..<colon.lowerBound].lowercased()
        var rest = url[colon.upperBound...]
        guard !rest.contains("#") else { throw RedisURLError("'#' is not allowed; percent-encode it as %23") }

        let mark = rest.firstIndex(of: "?")
        query = mark.map { rest[rest.index(after: $0)...] }
        rest = rest[..<(mark ?? rest.endIndex)]

        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        path = rest[slash...]
        let authority = rest[..<slash]
        guard !path.contains("@"), !(query ?? "").contains("@") else {
            throw RedisURLError("'@' after a '/' or '?'; percent-encode these characters in user, password and path")
        }
        if let at = authority.lastIndex(of: "@") {
            userInfo = authority[..<at]
            host = authority[authority.index(after: at)...]
        } else {
            userInfo = nil
            host = authority
        }
    }

    func hostAndPort() throws(RedisURLError) -> (String, UInt16) {
        var name = host
        var digits: Substring?
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else {
                throw RedisURLError("the '[' before the host is not closed")
            }
            name = host[host.index(after: host.startIndex)..<end]
            let after = host[host.index(after: end)...]
            guard after.isEmpty || after.hasPrefix(":") else { throw RedisURLError("only a port may follow the ']'") }
            digits = after.isEmpty ? nil : after.dropFirst()
        } else if let colon = host.firstIndex(of: ":") {
            name = host[..<colon]
            digits = host[host.index(after: colon)...]
            guard digits?.contains(":") == false else { throw RedisURLError("an IPv6 host must stand in brackets") }
        }
        guard !name.isEmpty else { throw RedisURLError("it has no host; use redis://host:port") }
        guard let digits else { return (try Self.decoded(name, "host"), 6379) }
        guard let port = Self.number(digits, upTo: Int(UInt16.max)), port > 0 else {
            throw RedisURLError("the port must be a number from 1 to 65535")
        }
        return (try Self.decoded(name, "host"), UInt16(port))
    }

    func socketPath() throws(RedisURLError) -> String {
        guard host.isEmpty, path.count > 1 else {
            throw RedisURLError("a socket needs an absolute path; use unix:///path")
        }
        return try Self.decoded(path, "path")
    }

    func database(pathIsDatabase: Bool) throws(RedisURLError) -> Int {
        let inPath = pathIsDatabase ? path.dropFirst() : ""
        var text: Substring? = inPath.isEmpty ? nil : inPath
        if let query, !query.isEmpty {
            guard query.hasPrefix("db="), !query.contains("&") else {
                throw RedisURLError("the only query parameter is db, as in ?db=1")
            }
            guard text == nil else { throw RedisURLError("the database is given twice") }
            text = query.dropFirst(3)
        }
        guard let text else { return 0 }
        guard let number = Self.number(text, upTo: Int(Int32.max)) else {
            throw RedisURLError("the database must be a number from 0")
        }
        return number
    }

    func credentials() throws(RedisURLError) -> (username: String?, password: String?) {
        guard let userInfo else { return (nil, nil) }
        guard let colon = userInfo.firstIndex(of: ":") else {
            throw RedisURLError("a user needs a password; use redis://user:password@host or redis://:password@host")
        }
        let user = try Self.decoded(userInfo[..<colon], "user")
        let password = try Self.decoded(userInfo[userInfo.index(after: colon)...], "password")
        guard !password.isEmpty else {
            guard user.isEmpty else { throw RedisURLError("the password is empty") }
            return (nil, nil)
        }
        return (user.isEmpty ? nil : user, password)
    }

    private static func number(_ digits: Substring, upTo limit: Int) -> Int? {
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(digits).flatMap { $0 <= limit ? $0 : nil }
    }

    private static func decoded(_ text: Substring, _ part: String) throws(RedisURLError) -> String {
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
