import Glibc

/// The variables of this process' environment.
enum Environment {
    /// The value of a variable; nil if it is not set, or empty, which scripts use to unset one.
    static func value(_ name: String) -> String? {
        guard let text = getenv(name) else { return nil }
        let value = String(cString: text)
        return value.isEmpty ? nil : value
    }

    /// Whether a variable is set, to nothing.
    static func isEmpty(_ name: String) -> Bool { getenv(name)?.pointee == 0 }

    /// All of them, for what starts processes.
    static var all: [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let sign = text.firstIndex(of: "=") {
                variables[String(text[..<sign])] = String(text[text.index(after: sign)...])
            }
            next += 1
        }
        return variables
    }
}
