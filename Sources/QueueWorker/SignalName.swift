/// Names of signals, as `kill -l` gives them on Linux.
public enum SignalName {
    private static let names = [
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
        "TERM",
        "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH",
        "IO",
        "PWR", "SYS",
    ]

    /// `SIGTERM` for 15; `signal 64` for those without a name.
    public static func of(_ number: Int32) -> String {
        names.indices.contains(Int(number) - 1) ? "SIG\(names[Int(number) - 1])" : "signal \(number)"
    }
}
