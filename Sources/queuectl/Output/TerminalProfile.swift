import Glibc

/// What a stream leads to, and what may be sent there.
struct TerminalProfile: Sendable {
    /// Whether a person sees it as it comes.
    let isTerminal: Bool
    /// How wide it is: `COLUMNS`, then what the terminal says, then 80.
    let columns: Int
    /// Whether to colour.
    let hasColor: Bool
    /// Whether a line can be written over.
    let canRewrite: Bool

    /// Looks at a descriptor: 1 or 2.
    init(_ descriptor: Int32, color: ColorChoice) {
        isTerminal = isatty(descriptor) == 1
        let isDumb = Environment.value("TERM") == "dumb"
        canRewrite = isTerminal && !isDumb
        columns = Self.columns(descriptor)
        hasColor =
            switch color {
            case .always: true
            case .never: false
            case .auto:
                Environment.value("NO_COLOR") == nil
                    && (Environment.value("FORCE_COLOR").map { $0 != "0" } ?? (isTerminal && !isDumb))
            }
    }

    private static func columns(_ descriptor: Int32) -> Int {
        if let given = Environment.value("COLUMNS").flatMap({ Int($0) }), (1...10_000).contains(given) { return given }
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
