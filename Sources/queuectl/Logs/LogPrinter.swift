import QueueKit

/// Prints what a job prints as it comes: its stdout on ours, its stderr on ours.
///
/// Into a pipe or file go the bytes as they are; on a terminal everything that could harm it is escaped. What is missing is
/// told in a line on stderr.
struct LogPrinter {
    /// In what form.
    enum Form {
        /// As it was printed.
        case plain
        /// Line by line, each with its time.
        case timed
        /// A JSON object for each piece.
        case json
    }

    private let console: Console
    private let form: Form
    private let redaction: Redaction
    private var cutters: [LogEntry.Stream: LogCutter] = [:]
    private var attempt = 0
    /// Whether what stands on the terminal ends within a line.
    private var isWithinLine = false

    init(_ form: Form = .plain, hiding redaction: Redaction = .none, on console: Console) {
        self.form = form
        self.redaction = redaction
        self.console = console
    }

    /// Begins with the output of another attempt.
    mutating func begin(attempt: Int) {
        end()
        self.attempt = attempt
    }

    /// Prints an entry, all but what has to wait for the next one of its stream.
    mutating func print(_ entry: LogEntry) {
        let cut = cut(entry.stream)
        let pieces = cutters[entry.stream, default: LogCutter(cut)].add(entry)
        for piece in pieces { show(piece) }
    }

    /// Prints what waited for more that does not come, and writes everything out.
    mutating func end() {
        for stream in LogEntry.Stream.allCases {
            let rest = cutters[stream]?.end() ?? []
            for piece in rest { show(piece) }
        }
        console.flush()
    }

    private func cut(_ stream: LogEntry.Stream) -> LogCutter.Cut {
        // Nothing is found in half of a line.
        if !redaction.isEmpty { return .lines }
        return switch form {
        case .plain: isTerminal(stream) ? .characters : .anywhere
        case .timed: .lines
        case .json: .characters
        }
    }

    private func isTerminal(_ stream: LogEntry.Stream) -> Bool {
        stream == .stdout ? console.out.isTerminal : console.err.isTerminal
    }

    private mutating func show(_ entry: LogEntry) {
        let piece = entry.redacted(by: redaction)
        if form == .json { return console.print(piece.json(attempt: attempt)) }
        if piece.droppedBytes > 0 { tellGap(piece) }
        guard let last = piece.data.last else { return }
        guard form == .timed else { return write(piece.data, to: piece.stream) }
        let end = last == UInt8(ascii: "\n") ? [] : [UInt8(ascii: "\n")]
        write(Array("\(piece.time.rfc3339) ".utf8) + piece.data + end, to: piece.stream)
    }

    private mutating func write(_ bytes: [UInt8], to stream: LogEntry.Stream) {
        guard isTerminal(stream) else { return console.write(bytes, to: stream) }
        isWithinLine = bytes.last != UInt8(ascii: "\n")
        console.write(Array(TerminalText.escape(bytes, keepsLines: true).utf8), to: stream)
    }

    private mutating func tellGap(_ piece: LogEntry) {
        if isWithinLine, console.err.isTerminal { console.write([UInt8(ascii: "\n")], to: .stderr) }
        isWithinLine = false
        console.note("… \(ByteSizeText.rounded(piece.droppedBytes)) of \(piece.stream.rawValue) not kept")
    }
}

extension Console {
    /// Writes bytes as they are.
    fileprivate func write(_ bytes: [UInt8], to stream: LogEntry.Stream) {
        switch stream {
        case .stdout: print(raw: bytes)
        case .stderr: printError(raw: bytes)
        }
    }
}
