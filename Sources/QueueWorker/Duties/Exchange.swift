import QueueKit
import Synchronization

/// Tells Redis how the runs of one queue ended, and asks it for the next jobs: one call at a time, with all that is ready by
/// then, because most of what a call costs is the same for one job and for ten.
///
/// It does not give up on an outcome: one that is not answered is sent again until it is, since otherwise the work would be
/// done twice. To repeat a claim is its feed's affair.
final class Exchange: Sendable {
    private struct Outcome {
        let settlement: Settlement
        let continuation: CheckedContinuation<SettleResult?, Never>
    }

    private struct Wish {
        let request: ClaimRequest
        let continuation: CheckedContinuation<Result<Claim, QueueError>, Never>
    }

    private struct State {
        var outcomes: [Outcome] = []
        var wish: Wish?
        var isSending = false
        /// Whether outcomes wait a while, because the last ones could not be sent.
        var isHolding = false
        var isAbandoned = false
        var pause = Pause()
    }

    private let queue: JobQueue
    private let shared: SharedState
    private let taskExecutor: (any TaskExecutor)?
    private let state = Mutex(State())

    /// - Parameter taskExecutor: where it runs; nil for the pool.
    init(queue: JobQueue, shared: SharedState, taskExecutor: (any TaskExecutor)?) {
        self.queue = queue
        self.shared = shared
        self.taskExecutor = taskExecutor
    }

    /// Settles a run. Returns once it is answered, or with nil when it was abandoned.
    func settle(_ settlement: Settlement) async -> SettleResult? {
        await withCheckedContinuation { continuation in
            let outcome = Outcome(settlement: settlement, continuation: continuation)
            let isAbandoned = state.withLock { state in
                if !state.isAbandoned { state.outcomes.append(outcome) }
                return state.isAbandoned
            }
            if isAbandoned { continuation.resume(returning: nil) } else { begin() }
        }
    }

    /// Claims jobs, once. There must be no other claim under way: each is answered before the next gets its number.
    func claim(_ request: ClaimRequest) async throws(QueueError) -> Claim {
        let result = await withCheckedContinuation { continuation in
            state.withLock { $0.wish = Wish(request: request, continuation: continuation) }
            begin()
        }
        return try result.get()
    }

    /// Stops trying: the worker has to end, and Redis is away. Those who wait to settle get nil.
    func abandon() {
        let left = state.withLock { state in
            state.isAbandoned = true
            defer { state.outcomes = [] }
            return state.outcomes
        }
        for outcome in left { outcome.continuation.resume(returning: nil) }
    }

    /// Starts to send, unless that is under way. It is put behind what can run by now: the claim for a slot that has just come
    /// free goes with the outcome of the run that had it.
    private func begin() {
        let mustStart = state.withLock { state in
            defer { state.isSending = true }
            return !state.isSending
        }
        if mustStart { Task(executorPreference: taskExecutor) { await self.send() } }
    }

    private func send() async {
        while let (outcomes, wish) = next() {
            if let wish { await exchange(outcomes, for: wish) } else { await settle(outcomes) }
        }
    }

    /// Takes what is to go in the next call; nil when there is nothing, and then nobody is sending any more.
    private func next() -> ([Outcome], Wish?)? {
        state.withLock { state in
            let wish = state.wish.take()
            let limit = wish == nil ? JobQueue.batchLimit : JobQueue.turnLimit
            let outcomes = state.isHolding ? [] : Array(state.outcomes.prefix(limit))
            state.outcomes.removeFirst(outcomes.count)
            state.isSending = !outcomes.isEmpty || wish != nil
            return state.isSending ? (outcomes, wish) : nil
        }
    }

    private func exchange(_ outcomes: [Outcome], for wish: Wish) async {
        do throws(QueueError) {
            if outcomes.isEmpty {
                return wish.continuation.resume(returning: .success(try await queue.claim(wish.request)))
            }
            FaultPoint.afterExit.reached()
            let turn = try await queue.turn(outcomes.map(\.settlement), claiming: wish.request)
            // First of all: a slot is waiting.
            wish.continuation.resume(returning: .success(turn.claim))
            answer(outcomes, turn.settled)
        } catch {
            wish.continuation.resume(returning: .failure(error))
            if outcomes.isEmpty { return }
            // Refused may be the claim as well as the outcomes: alone these get their own answer.
            if error.isOutage { hold(outcomes) } else { await settle(outcomes) }
        }
    }

    private func settle(_ outcomes: [Outcome]) async {
        FaultPoint.afterExit.reached()
        do throws(QueueError) {
            answer(outcomes, try await queue.settle(outcomes.map(\.settlement), configuration: shared.configuration))
        } catch {
            if !error.isOutage {
                shared.settling(queue.name, isRefused: true)
                shared.report(.trouble(queue.name, error.description))
            }
            hold(outcomes)
        }
    }

    private func answer(_ outcomes: [Outcome], _ results: [SettleResult]) {
        FaultPoint.afterSettleSent.reached()
        shared.settling(queue.name, isRefused: false)
        state.withLock { $0.pause = Pause() }
        for (outcome, result) in zip(outcomes, results) { outcome.continuation.resume(returning: result) }
    }

    /// Keeps outcomes that could not be sent for another try, a while later.
    private func hold(_ outcomes: [Outcome]) {
        let isAbandoned = state.withLock { state in
            guard !state.isAbandoned else { return true }
            state.outcomes.insert(contentsOf: outcomes, at: 0)
            state.isHolding = true
            return false
        }
        guard !isAbandoned else {
            for outcome in outcomes { outcome.continuation.resume(returning: nil) }
            return
        }
        Task(executorPreference: taskExecutor) { await self.holdOn() }
    }

    private func holdOn() async {
        var pause = state.withLock { $0.pause }
        await pause.wait()
        state.withLock { state in
            state.pause = pause
            state.isHolding = false
        }
        begin()
    }
}
