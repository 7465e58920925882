import QueueKit

extension Settlement {
    /// Adds what the run has told of itself. Pure.
    ///
    /// Result and progress are kept however it ended. An error text and a wait count if the run failed. `fatal` wins over
    /// every ending but a cancel: who asked for that gets what he asked for.
    mutating func add(_ notes: RunNotes) {
        result = notes.result
        progress = notes.progress
        // Empty rather than absent: an earlier text has nothing to do with a later number.
        progressText = notes.progress.map { _ in notes.progressText ?? "" }
        if let fatal = notes.fatal, outcome != .cancelled {
            outcome = .dead
            reason = "fatal"
            error =
                [fatal, notes.error ?? "", error ?? ""].first { !$0.isEmpty } ?? "the job said that it cannot succeed"
            return
        }
        switch outcome {
        case .retry:
            if let wait = notes.retryAfter { outcome = .retry(after: wait) }
            error = notes.error ?? error
        case .dead:
            error = notes.error ?? error
        case .completed, .snoozed, .released, .cancelled:
            break
        }
    }
}
