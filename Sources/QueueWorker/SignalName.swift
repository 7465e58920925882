/// Names of signals, as `kill -l` gives them on Linux.
public enum SignalName {
    private static let names = [
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
        "TERM",
        "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH",
        "IO",
        "PWR", "SYS",
    ]

    /// The number of a signal, by its name with or without `SIG`, in any case, or by the number itself, 1...64. Nil for
    /// what is none.
    public static func number(_ text: String) -> Int32? {
        if let number = Int32(text) { return (1...64).contains(number) ? number : nil }
        let upper = text.uppercased()
        let name = upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper
        return names.firstIndex(of: name).map { Int32($0 + 1) }
    }

    /// `SIGTERM` for 15; `signal 64` for those without a name.
    public static func of(_ number: Int32) -> String {
        names.indices.contains(Int(number) - 1) ? "SIG\(names[Int(number) - 1])" : "signal \(number)"
    }
}
