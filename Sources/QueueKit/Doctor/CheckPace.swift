/// How a check goes through a queue: all at once, or so that nobody feels it.
struct CheckPace: Sendable {
    /// Whether the fields of jobs are read as well. What is wrong there is told, and nothing can repair it.
    let readsHashes: Bool
    /// Lists of more entries are left out.
    let longestList: Int
    /// How often a rest is as long as the step before it took; 0 for no rests.
    let idleness: Int
    /// The longest rest: a step that took long because the server is far away, or busy, is no reason to give up.
    let longestRest: Duration

    /// As fast as it goes: somebody waits for the answer.
    static let atOnce = CheckPace(readsHashes: true, longestList: .max, idleness: 0, longestRest: .zero)
    /// In the background, at one percent of the server's time, with little memory: what needs all of a long list, which
    /// moves all the while, is left to those who have a reason to look.
    static let background = CheckPace(
        readsHashes: false,
        longestList: 10_000,
        idleness: 100,
        longestRest: .milliseconds(250)
    )
    /// Something is known to be wrong: at a fifth of the server's time.
    static let urgent = CheckPace(
        readsHashes: false,
        longestList: .max,
        idleness: 4,
        longestRest: .milliseconds(50)
    )

    /// How long to rest after a step.
    func rest(after step: Duration) -> Duration? {
        idleness == 0 ? nil : min(max(step * idleness, .milliseconds(1)), longestRest)
    }
}
