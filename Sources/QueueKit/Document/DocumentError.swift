/// Why a job document was refused: which field, what is wrong with it, and what would be accepted.
///
/// Nothing of a refused document is stored. The texts are safe for terminals: what came from the document is escaped and shortened.
public struct DocumentError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The path of the field, such as `priority`, `argv[2]` or `env.FOO`; empty if the document as a whole is meant.
    public var field: String
    /// The value that was given, shortened, a string in quotes; nil if there is none to show.
    public var value: String?
    /// What is wrong, as a clause that follows the value: `is out of range`.
    public var problem: String
    /// What to give instead, as an imperative clause: `give 0...10`; nil if the problem says it all.
    public var accepted: String?

    /// Makes an error; `value` must already be escaped and short.
    public init(field: String, value: String? = nil, problem: String, accepted: String? = nil) {
        self.field = TerminalText.shorten(TerminalText.escape(field), to: 80)
        self.value = value
        self.problem = problem
        self.accepted = accepted
    }

    /// One line, such as `priority: 11 is out of range; give 0...10`.
    public var description: String {
        let subject = field.isEmpty ? "" : "\(field): "
        let sentence = [value, problem].compactMap { $0 }.joined(separator: " ")
        return subject + sentence + (accepted.map { "; \($0)" } ?? "")
    }
}
