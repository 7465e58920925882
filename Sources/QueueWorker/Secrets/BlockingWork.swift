import RedisClient
import Synchronization

/// Does what may take its time, such as looking at files of a mount that does not answer, away from the threads that all jobs share.
///
/// What hangs keeps its thread until it is answered, and nobody waits for it longer than the patience allows.
final class BlockingWork: Sendable {
    private let patience: Duration
    private let stuckLimit: Int
    /// Threads on which nobody waits any more.
    private let stuck = Mutex(0)

    /// - Parameter stuckLimit: With so many threads that hang nothing more is begun: where that many do, the next one would too.
    init(patience: Duration = .seconds(10), stuckLimit: Int = 32) {
        self.patience = patience
        self.stuckLimit = stuckLimit
    }

    /// The result of the work; nil if there was none in time, or it could not be begun.
    func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value? {
        guard stuck.withLock({ $0 < stuckLimit }) else { return nil }
        let answer = Answer<Value>()
        let timer = Task { [patience] in
            try await Task.sleep(for: patience)
            if answer.give(nil) { self.stuck.withLock { $0 += 1 } }
        }
        defer { timer.cancel() }
        return await withCheckedContinuation { continuation in
            answer.expect(continuation)
            do throws(OwnThread.StartError) {
                try OwnThread.start(name: "job-files") {
                    if !answer.give(work()) { self.stuck.withLock { $0 -= 1 } }
                }
            } catch {
                _ = answer.give(nil)
            }
        }
    }

    /// What the first of two gives.
    private final class Answer<Value: Sendable>: Sendable {
        private struct State {
            var continuation: CheckedContinuation<Value?, Never>?
            var isGiven = false
            var value: Value?
        }

        private let state = Mutex(State())

        func expect(_ continuation: CheckedContinuation<Value?, Never>) {
            let given = state.withLock { state -> State? in
                if !state.isGiven { state.continuation = continuation }
                return state.isGiven ? state : nil
            }
            if let given { continuation.resume(returning: given.value) }
        }

        /// Whether it is the first.
        func give(_ value: Value?) -> Bool {
            let (isFirst, continuation) = state.withLock { state in
                defer {
                    if !state.isGiven { (state.isGiven, state.value) = (true, value) }
                    state.continuation = nil
                }
                return (!state.isGiven, state.continuation)
            }
            if isFirst { continuation?.resume(returning: value) }
            return isFirst
        }
    }
}
