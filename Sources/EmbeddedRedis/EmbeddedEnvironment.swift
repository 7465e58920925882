import Glibc

/// The environment variables that decide where the embedded server lives and which program it is.
///
/// - `QUEUECTL_DATA_DIR`: the data folder.
/// - `QUEUECTL_REDIS_SERVER`: the program, a path or a name to look for in `PATH`.
/// - `XDG_DATA_HOME`, `HOME`: where the data folder is otherwise.
/// - `XDG_RUNTIME_DIR`: where the socket goes when the path of the data folder is too long for one.
/// - `TMPDIR`: where temporary servers live.
/// - `PATH`, `TZ`: handed to the server, which gets nothing else of the caller's environment.
public struct EmbeddedEnvironment: Sendable {
    static let names = [
        "QUEUECTL_DATA_DIR", "QUEUECTL_REDIS_SERVER", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "HOME", "TMPDIR", "PATH",
        "TZ",
    ]

    let values: [String: String]

    /// Takes the variables from a dictionary. Empty values count as absent, as the XDG specification has it.
    public init(_ values: [String: String]) {
        self.values = values.filter { !$0.value.isEmpty }
    }

    /// The variables of this process, as they are now.
    public static var current: EmbeddedEnvironment {
        var values: [String: String] = [:]
        for name in names {
            if let value = getenv(name) { values[name] = String(cString: value) }
        }
        return EmbeddedEnvironment(values)
    }

    subscript(name: String) -> String? { values[name] }

    /// Only absolute paths count: the XDG specification says to ignore others.
    func absolutePath(_ name: String) -> String? {
        self[name].flatMap { $0.hasPrefix("/") ? $0 : nil }
    }

    var searchPath: String { self["PATH"] ?? "/usr/local/bin:/usr/bin:/bin" }
}
