import QueueKit

extension JobState {
    /// All seven, for help texts.
    static var words: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// Finds the state that a flag names.
    static func named(_ word: String, _ flag: String = "--state") throws(Failure) -> JobState {
        if let state = JobState(rawValue: word) { return state }
        let near = Suggestion.nearest(to: word, among: allCases.map(\.rawValue))
        let advice = near.map { "did you mean \($0)?" } ?? "give one of \(words)"
        throw Failure(.usage, "\(flag): \(TerminalText.quotedForMessage(word)) is not a state; \(advice)")
    }
}
