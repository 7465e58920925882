import QueueKit

/// Whole numbers on the command line.
enum NumberOption {
    /// Reads the value of a flag. The message shows it and says what is accepted.
    static func parse(_ text: String, _ flag: String, _ range: ClosedRange<Int>) throws(Failure) -> Int {
        let shown = TerminalText.quotedForMessage(text)
        guard let number = NumberText.parse(text), number == number.rounded() else {
            throw Failure(.usage, "\(flag): \(shown) is not a whole number; give \(range)")
        }
        guard let value = Int(exactly: number), range.contains(value) else {
            throw Failure(.usage, "\(flag): \(shown) is out of range; give \(range)")
        }
        return value
    }
}
