import RedisClient

/// What a transition answers about one job: a word, and the state that the job is in.
struct Verdict {
    let word: String
    /// Nil where there is no such job.
    let state: JobState?

    /// Nil if the reply is of another shape.
    init?(_ reply: RESPValue) {
        guard let parts = reply.array, parts.count == 2, let word = parts[0].string else { return nil }
        self.word = word
        state = parts[1].string.flatMap(JobState.init(rawValue:))
    }
}
