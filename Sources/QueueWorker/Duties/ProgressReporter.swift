import QueueKit
import Synchronization

/// Shows in Redis how far the runs of one queue are: at once, then at most four times a second, all of them in one call.
///
/// Of each run only the latest is kept until then, so one that tells a thousand times a second costs no more than one that
/// tells four times. What cannot be sent is tried again, unless there is something newer by then. Nobody waits for it: when a
/// run is over, its settle carries the last.
final class ProgressReporter: Sendable {
    private struct State {
        var waiting: [JobID: ProgressReport] = [:]
        /// What is on its way, without the runs that ended meanwhile.
        var underWay: [JobID: ProgressReport] = [:]
        var isSending = false
    }

    private static let interval = Duration.milliseconds(250)

    private let queue: JobQueue
    private let shared: SharedState
    private let state = Mutex(State())

    init(queue: JobQueue, shared: SharedState) {
        self.queue = queue
        self.shared = shared
    }

    /// Takes the latest of a run. Any thread; returns at once.
    func add(_ report: ProgressReport) {
        let isIdle = state.withLock { state in
            state.waiting[report.id] = report
            defer { state.isSending = true }
            return !state.isSending
        }
        if isIdle { Task { await send() } }
    }

    /// A run is over.
    func forget(_ id: JobID) {
        state.withLock { state in
            state.waiting[id] = nil
            state.underWay[id] = nil
        }
    }

    private func send() async {
        var pause = Pause()
        while let batch = next() {
            do throws(QueueError) {
                try await queue.report(batch)
                pause = Pause()
                // This task is never cancelled.
                try? await Task.sleep(for: Self.interval)
            } catch {
                putBack()
                if !error.isOutage { shared.report(.trouble(queue.name, error.description)) }
                await pause.wait()
            }
        }
    }

    /// What to send next; nil, and the end of sending, if there is nothing.
    private func next() -> [ProgressReport]? {
        state.withLock { state in
            state.underWay = [:]
            for (id, report) in state.waiting.prefix(JobQueue.batchLimit) {
                state.underWay[id] = report
                state.waiting[id] = nil
            }
            state.isSending = !state.underWay.isEmpty
            return state.isSending ? Array(state.underWay.values) : nil
        }
    }

    private func putBack() {
        state.withLock { state in
            state.waiting.merge(state.underWay) { newer, _ in newer }
        }
    }
}
