/// Where a worker finds the value of a variable: `file:db_password`, `variable:API_TOKEN`. Never the value itself.
public enum SecretReference: Sendable, Hashable, CustomStringConvertible {
    /// A file below the folder that the worker keeps for secrets. Where a task file says it, also an absolute path.
    case file(String)
    /// A variable of the worker's own environment.
    case variable(String)

    /// Reads what a job may say.
    ///
    /// - Returns: Nil unless the text is `file:` and names of `A-Z a-z 0-9 _ . -` with `/` between them, or `variable:` and a name
    ///   for a variable.
    public init?(_ text: String) {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let place = String(text[text.utf8.index(after: colon)...])
        switch text[..<colon] {
        case "file" where Self.isPath(place): self = .file(place)
        case "variable" where JobLimits.variableBytes.contains(place.utf8.count) && EnvironmentName.isValid(place):
            self = .variable(place)
        default: return nil
        }
    }

    /// Reads what a task file may say: also an absolute path.
    package init?(ofTask text: String) {
        if text.hasPrefix("file:/"), text.utf8.count <= JobLimits.pathBytes, !text.utf8.contains(0) {
            self = .file(String(text.dropFirst("file:".count)))
        } else if let reference = Self(text) {
            self = reference
        } else {
            return nil
        }
    }

    /// A name of a file, or names of folders and a file: nothing that leads upwards.
    private static func isPath(_ text: String) -> Bool {
        text.utf8.count <= JobLimits.secretPathBytes
            && text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
                NameRule.allows(String($0), bytes: JobLimits.nameBytes)
            }
    }

    /// As it is written in a document.
    public var description: String {
        switch self {
        case .file(let path): "file:\(path)"
        case .variable(let name): "variable:\(name)"
        }
    }
}
