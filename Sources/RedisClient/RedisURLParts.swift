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

    /// `host:port`
    func endpoint() throws(RedisURLError) -> RedisEndpoint {
        guard !host.contains(",") else {
            throw RedisURLError("it names several hosts; only redis+sentinel:// takes a list")
        }
        return try RedisURLText.endpoint(host, port: 6379)
    }

    /// `host:port,host:port`
    func sentinels() throws(RedisURLError) -> [RedisEndpoint] {
        var sentinels: [RedisEndpoint] = []
        for text in host.split(separator: ",", omittingEmptySubsequences: false) {
            sentinels.append(try RedisURLText.endpoint(text, port: 26379))
        }
        return sentinels
    }

    /// `/name` and, behind another slash, what can only be the database.
    func primary() throws(RedisURLError) -> (name: String, rest: Substring) {
        let words = path.dropFirst().split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = words.first, !name.isEmpty else {
            throw RedisURLError("it names no primary; use redis+sentinel://host:26379,host:26379/mymaster")
        }
        // What sentinels take as a name, too.
        guard name.utf8.allSatisfy(RedisURLText.isNameByte) else {
            throw RedisURLError("the name of the primary may have letters, digits, '.', '-' and '_'")
        }
        return (String(name), words.count > 1 ? words[1] : "")
    }

    func socketPath() throws(RedisURLError) -> String {
        guard host.isEmpty, path.count > 1 else {
            throw RedisURLError("a socket needs an absolute path; use unix:///path")
        }
        return try RedisURLText.decoded(path, "path")
    }

    /// What follows the host, without the slash.
    var pathText: Substring { path.dropFirst() }

    /// The database, which stands at the end of the path or in the query.
    func database(inPath text: Substring) throws(RedisURLError) -> Int {
        let inQuery = try parameter("db")
        guard text.isEmpty || inQuery == nil else { throw RedisURLError("the database is given twice") }
        guard let text = inQuery ?? (text.isEmpty ? nil : text) else { return 0 }
        guard let number = RedisURLText.number(text, upTo: Int(Int32.max)) else {
            throw RedisURLError("the database must be a number from 0")
        }
        return number
    }

    func sentinelPassword() throws(RedisURLError) -> String? {
        guard let text = try parameter("sentinel_password") else { return nil }
        guard !text.isEmpty else { throw RedisURLError("the password of the sentinels is empty") }
        return try RedisURLText.decoded(text, "password of the sentinels")
    }

    func credentials() throws(RedisURLError) -> (username: String?, password: String?) {
        guard let userInfo else { return (nil, nil) }
        guard let colon = userInfo.firstIndex(of: ":") else {
            throw RedisURLError("a user needs a password; use redis://user:password@host or redis://:password@host")
        }
        let user = try RedisURLText.decoded(userInfo[..<colon], "user")
        let password = try RedisURLText.decoded(userInfo[userInfo.index(after: colon)...], "password")
        guard !password.isEmpty else {
            guard user.isEmpty else { throw RedisURLError("the password is empty") }
            return (nil, nil)
        }
        return (user.isEmpty ? nil : user, password)
    }

    /// Whether the URL names a primary by its sentinels.
    var namesSentinels: Bool { scheme.hasSuffix("sentinel") }

    /// Whether connections are to be secured by TLS.
    var isSecured: Bool { scheme.hasPrefix("rediss") }

    /// A parameter of the query; nil if it is not there. There must be none but those that this kind of URL has.
    func parameter(_ wanted: String) throws(RedisURLError) -> Substring? {
        var found: Substring?
        let known = ["db"] + (namesSentinels ? ["sentinel_password"] : []) + (isSecured ? Self.tlsParameters : [])
        for parameter in (query ?? "").split(separator: "&") {
            let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, known.contains(String(parts[0])) else {
                if !isSecured, Self.tlsParameters.contains(String(parts[0])) {
                    throw RedisURLError("\(parts[0]) is a setting of TLS; use rediss://")
                }
                throw RedisURLError(
                    known.count == 1
                        ? "the only query parameter is db, as in ?db=1"
                        : "the only query parameters are \(known.joined(separator: ", ")), as in ?db=1&\(known[1])=..."
                )
            }
            guard parts[0] == wanted else { continue }
            guard found == nil else { throw RedisURLError("\(wanted) is given twice") }
            found = parts[1]
        }
        return found
    }
}
