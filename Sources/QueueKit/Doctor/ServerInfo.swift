import RedisClient

/// What `INFO` says, by field.
struct ServerInfo: Sendable {
    private let fields: [String: String]

    init(_ text: String) {
        var fields: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[String(line[..<colon])] = String(line[line.index(after: colon)...])
        }
        self.fields = fields
    }

    subscript(_ name: String) -> String { fields[name] ?? "" }

    func number(_ name: String) -> Int { fields[name].flatMap { Int($0) } ?? 0 }

    /// The first two numbers of the release.
    var release: (major: Int, minor: Int) {
        let numbers = self["redis_version"].split(separator: ".").map { Int($0) ?? 0 }
        return (numbers.first ?? 0, numbers.count > 1 ? numbers[1] : 0)
    }
}
