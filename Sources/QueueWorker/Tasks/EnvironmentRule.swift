/// Names of environment variables, and patterns of them: `LANG`, `APP_*`.
struct EnvironmentRule: Sendable, Hashable {
    private let prefix: String
    private let isWhole: Bool

    /// Nil if the text is neither a name nor the beginning of one and `*`.
    init?(_ text: String) {
        isWhole = !text.hasSuffix("*")
        prefix = isWhole ? text : String(text.dropLast())
        guard prefix.isEmpty ? !isWhole : Self.isName(prefix) else { return nil }
    }

    /// Whether it stands for this name.
    func allows(_ name: String) -> Bool {
        isWhole ? name.isByteEqual(to: prefix) : name.beginsWithBytes(of: prefix)
    }

    /// Whether a variable can have this name, for a shell too.
    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= first) else { return false }
        return text.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || $0 == "_" || "0"..."9" ~= $0)
        }
    }
}
