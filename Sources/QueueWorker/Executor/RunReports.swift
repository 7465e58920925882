import QueueKit
import Synchronization

/// Takes what one run tells of itself, for as long as it lasts: what comes later is dropped.
final class RunReports: Sendable {
    private struct State {
        var notes = RunNotes()
        var isClosed = false
        /// A run that tells nonsense could do so a million times: the first is enough.
        var hasRefused = false
    }

    private let claimed: ClaimedJob
    private let progress: ProgressReporter
    private let shared: SharedState
    private let state = Mutex(State())

    init(of claimed: ClaimedJob, progress: ProgressReporter, shared: SharedState) {
        self.claimed = claimed
        self.progress = progress
        self.shared = shared
    }

    /// Takes a note; one that is malformed is left out, and the worker tells of the first of these.
    func add(_ note: RunNote) {
        do throws(DocumentError) {
            let note = try note.redacted(by: shared.configuration.redact).checked()
            state.withLock { state in
                guard !state.isClosed else { return }
                state.notes.add(note)
                guard case .progress(let percent, let text) = note else { return }
                // Under the lock, so that an older one cannot overtake it.
                progress.add(ProgressReport(id: claimed.job.id, token: claimed.token, progress: percent, text: text))
            }
        } catch {
            refuse(error.description)
        }
    }

    /// Notes that something was told that is no note.
    func refuse(_ why: String) {
        let isFirst = state.withLock { state in
            defer { state.hasRefused = true }
            return !state.hasRefused && !state.isClosed
        }
        if isFirst { shared.report(.noteRefused(claimed.job, shared.configuration.redact.redacted(why))) }
    }

    /// Tells that the value of a variable is too short to be hidden in what the run prints.
    func warnOfShortSecret(_ variable: String) {
        shared.report(.secretTooShort(claimed.job, variable: variable))
    }

    /// The run is over: returns what it has told.
    func close() -> RunNotes {
        let notes = state.withLock { state in
            state.isClosed = true
            return state.notes
        }
        // What has not been sent yet goes with the settle.
        if notes.progress != nil { progress.forget(claimed.job.id) }
        return notes
    }
}
