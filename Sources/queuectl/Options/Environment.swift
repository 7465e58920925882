import Glibc

/// The variables of this process' environment.
enum Environment {
    /// The value of a variable; nil if it is not set, or empty, which scripts use to unset one.
    static func value(_ name: String) -> String? {
        guard let text = getenv(name) else { return nil }
        let value = String(cString: text)
        return value.isEmpty ? nil : value
    }
}
