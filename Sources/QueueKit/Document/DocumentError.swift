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
        self.field = Self.shown(field)
        self.value = value
        self.problem = problem
        self.accepted = accepted
    }

    /// One line, such as `priority: 11 is out of range; give 0...10`.
    public var description: String {
        (field.isEmpty ? "" : "\(field): ") + sentence
    }

    /// The same without the field.
    package var sentence: String {
        [value, problem].compactMap { $0 }.joined(separator: " ") + (accepted.map { "; \($0)" } ?? "")
    }

    /// A name of a field as an error has it.
    static func shown(_ name: String) -> String {
        TerminalText.shorten(TerminalText.escape(name), to: 80)
    }
}
