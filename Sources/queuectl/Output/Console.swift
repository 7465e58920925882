import Glibc
import QueueKit
import Synchronization

/// Where a command prints: data on stdout, everything else on stderr.
///
/// What is printed is gathered and written in large pieces, and in any case before anything goes to stderr.
final class Console: Sendable {
    /// Whether to print JSON.
    let isJSON: Bool
    /// Whether to print ids only.
    let isQuiet: Bool
    /// What stdout leads to.
    let out: TerminalProfile
    /// What stderr leads to.
    let err: TerminalProfile

    private let state = Mutex(State())

    private struct State {
        var buffer: [UInt8] = []
        /// The reader has gone: what is printed from now on is for nobody, and no error.
        var isClosed = false
        /// Why stdout could not be written.
        var problem: Int32?
    }

    private static let enough = 32 * 1024

    init(_ options: GlobalOptions) {
        isJSON = options.json
        isQuiet = options.quiet
        out = TerminalProfile(1, color: options.color)
        err = TerminalProfile(2, color: options.color)
    }

    /// Whether nobody reads any more: a long listing can stop.
    var isClosed: Bool { state.withLock { $0.isClosed || $0.problem != nil } }

    /// Prints a line of data.
    func print(_ line: String) {
        let isFull = state.withLock { state in
            state.buffer += line.utf8
            state.buffer.append(UInt8(ascii: "\n"))
            return state.buffer.count >= Self.enough
        }
        if isFull { flush() }
    }

    /// Prints a JSON object on a line.
    func print(_ json: JSONValue) { print(json.text) }

    /// Prints text that ends in no newline of ours.
    func print(raw text: String) {
        state.withLock { $0.buffer += text.utf8 }
    }

    /// Prints bytes as they are.
    func print(raw bytes: [UInt8]) {
        let isFull = state.withLock { state in
            state.buffer += bytes
            return state.buffer.count >= Self.enough
        }
        if isFull { flush() }
    }

    /// Writes bytes to stderr as they are: data that belongs there.
    func printError(raw bytes: [UInt8]) {
        flush()
        Self.writeAll(bytes, to: 2)
    }

    /// Tells people something that is no data, unless they want quiet or JSON.
    func note(_ text: String) {
        guard !isQuiet, !isJSON else { return }
        flush()
        Self.writeAll(Array((text + "\n").utf8), to: 2)
    }

    /// The same, but at once: also while what was printed waits for somebody to read it.
    func remark(_ text: String) {
        guard !isQuiet, !isJSON else { return }
        Self.writeAll(Array((text + "\n").utf8), to: 2)
    }

    /// Reports a failure on stderr.
    func report(_ failure: Failure) {
        flush()
        let label = err.hasColor ? Style.red.apply(to: "queuectl:") : "queuectl:"
        let line = isJSON ? failure.json.text : "\(label) \(failure.message)"
        Self.writeAll(Array((line + "\n").utf8), to: 2)
    }

    /// Warns on stderr of something dangerous, also where remarks are not wanted.
    func warn(_ code: String, _ text: String) {
        flush()
        let label = err.hasColor ? Style.red.apply(to: "queuectl:") : "queuectl:"
        let warning = JSONValue.members(["code": .string(code), "message": .string(text)])
        let line = isJSON ? JSONValue.members(["warning": warning]).text : "\(label) Warning: \(text)"
        Self.writeAll(Array((line + "\n").utf8), to: 2)
    }

    /// Tells programs something that is no data: a JSON object on stderr.
    func report(_ json: JSONValue) {
        flush()
        Self.writeAll(Array((json.text + "\n").utf8), to: 2)
    }

    /// Asks a person something; the answer is read by the caller.
    func ask(_ question: String) {
        flush()
        Self.writeAll(Array(question.utf8), to: 2)
    }

    /// Writes over the line that stands on stderr, where that is possible.
    func rewrite(_ line: String) {
        guard err.canRewrite else { return }
        Self.writeAll(Array(("\r\u{1b}[K" + TerminalText.shorten(line, to: err.columns - 1)).utf8), to: 2)
    }

    /// The text in a style, if stdout takes colours.
    func styled(_ text: String, _ style: Style?) -> String {
        guard out.hasColor, let style else { return text }
        return style.apply(to: text)
    }

    /// Writes what has been gathered.
    func flush() {
        state.withLock { state in
            let bytes = state.buffer
            state.buffer = []
            guard !bytes.isEmpty, !state.isClosed, state.problem == nil else { return }
            let problem = Self.writeAll(bytes, to: 1)
            if problem == EPIPE { state.isClosed = true } else if problem != 0 { state.problem = problem }
        }
    }

    /// Writes the rest. Throws if data was lost for another reason than that nobody wanted it.
    func finish() throws(Failure) {
        flush()
        guard let problem = state.withLock({ $0.problem }) else { return }
        throw Failure(.failed, "Cannot write to standard output: \(String(cString: strerror(problem)))")
    }

    /// Returns 0, or the error number.
    @discardableResult
    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                // Someone made the terminal non-blocking: wait until it takes more.
                var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&wait, 1, 1000)
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }
}
