/// A line on stderr that tells how far long work has come, with its rate; on a terminal only.
struct Progress {
    /// How much is done.
    private(set) var count = 0
    private let verb: String
    private let total: Int?
    private let console: Console
    private let start = ContinuousClock.now
    private var shown: ContinuousClock.Instant?

    init(_ verb: String, total: Int? = nil, on console: Console) {
        self.verb = verb
        self.total = total
        self.console = console
    }

    /// Adds to it, and shows it ten times a second; short work shows nothing.
    mutating func advance(by more: Int) {
        count += more
        let now = ContinuousClock.now
        guard console.err.canRewrite, !console.isQuiet, !console.isJSON, now - start > .milliseconds(500) else {
            return
        }
        if let shown, now - shown < .milliseconds(100) { return }
        shown = now
        console.rewrite(line(at: now))
    }

    /// Takes the line away.
    func end() {
        if shown != nil { console.rewrite("") }
    }

    private func line(at now: ContinuousClock.Instant) -> String {
        let seconds = max((now - start) / .seconds(1), 0.001)
        let rate = Double(count) / seconds
        var line = "\(verb) \(count.grouped)"
        if let total { line += " of \(total.grouped)" }
        line += ", \(Int(rate).grouped)/s"
        if let total, total > count, rate > 0 { line += ", \(Int(Double(total - count) / rate))s left" }
        return line
    }
}
