import QueueKit
import Synchronization

/// What the duties of one worker share.
final class SharedState: Sendable {
    /// How far the worker is.
    enum Phase: Int, Sendable, Comparable {
        /// Not registered yet.
        case starting
        case running
        /// Takes nothing new, by request of a person on its host.
        case quiet
        /// Takes nothing new and is about to end.
        case stopping

        static func < (left: Phase, right: Phase) -> Bool { left.rawValue < right.rawValue }
    }

    private struct State {
        var phase = Phase.starting
        /// Whether somebody wanted it quiet before it ran.
        var beginsQuiet = false
        var configuration: QueueConfiguration
        var endReason = EndReason.asked
        var outageBegan: ContinuousClock.Instant?
        /// What was told to be wrong with queues, and when.
        var troubles: [Trouble: ContinuousClock.Instant] = [:]
        /// Queues that refuse to have runs settled.
        var refusing: Set<QueueName> = []
        var waiters: [(phase: Phase, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private struct Trouble: Hashable {
        let queue: QueueName
        let text: String
    }

    let id: WorkerID
    let queues: [QueueName]
    let slots: Slots
    let held = HeldJobs()
    let retirement: Retirement
    private let state: Mutex<State>
    private let request = Atomic<Int64>(0)
    private let onEvent: @Sendable (WorkerEvent) -> Void
    private let onStop = Mutex<[@Sendable () -> Void]>([])

    init(_ options: WorkerOptions, onEvent: @escaping @Sendable (WorkerEvent) -> Void) {
        id = options.id
        queues = options.queues
        slots = Slots(
            count: options.slots,
            queues: options.queues.count,
            weights: options.order.weights(of: options.queues),
            maxJobs: options.maxJobs
        )
        retirement = Retirement(options)
        state = Mutex(State(configuration: QueueConfiguration()))
        self.onEvent = onEvent
    }

    var phase: Phase { state.withLock { $0.phase } }
    var isStopping: Bool { phase == .stopping }
    /// Why the worker stops; means nothing before.
    var endReason: EndReason { state.withLock { $0.endReason } }
    var configuration: QueueConfiguration { state.withLock { $0.configuration } }
    /// Whether Redis answered the last heartbeat.
    var isHealthy: Bool { state.withLock { $0.outageBegan == nil } }

    /// The number of the next claim: never the same twice in the life of a worker.
    func nextRequest() -> Int64 { request.add(1, ordering: .relaxed).newValue }

    /// Tells what happened. The same trouble with a queue, which several duties may have in turn, is told once an hour.
    func report(_ event: WorkerEvent) {
        if case .trouble(let queue, let text) = event {
            let now = ContinuousClock.now
            let isNew = state.withLock { state in
                state.troubles = state.troubles.filter { now - $0.value < Self.troubleIsKnown }
                let trouble = Trouble(queue: queue, text: text)
                guard state.troubles[trouble] == nil else { return false }
                state.troubles[trouble] = now
                return true
            }
            if !isNew { return }
        }
        onEvent(event)
    }

    private static let troubleIsKnown = Duration.seconds(3600)

    /// Whether this queue refuses to have runs settled.
    func cannotSettle(_ queue: QueueName) -> Bool { state.withLock { $0.refusing.contains(queue) } }

    /// Whether any queue does.
    var cannotSettleSomething: Bool { state.withLock { !$0.refusing.isEmpty } }

    /// Notes how a queue has answered a settle.
    func settling(_ queue: QueueName, isRefused: Bool) {
        state.withLock { state in
            if isRefused { state.refusing.insert(queue) } else { state.refusing.remove(queue) }
        }
    }

    /// Goes on to a later phase, and tells those who wait for it. Earlier ones are not gone back to, except that a
    /// quiet worker may run again.
    func enter(_ phase: Phase) {
        let (before, waiters) = state.withLock { state -> (Phase?, [CheckedContinuation<Void, Never>]) in
            guard phase != state.phase, state.phase != .stopping else { return (nil, []) }
            let before = state.phase
            state.phase = phase
            let reached = state.waiters.filter { $0.phase <= phase }.map(\.continuation)
            state.waiters.removeAll { $0.phase <= phase }
            return (before, reached)
        }
        guard let before else { return }
        if phase == .stopping {
            slots.close()
            retirement.close()
            report(.stopping(endReason, running: held.running))
            for action in onStop.withLock({ $0 }) { action() }
        } else {
            slots.setOpen(phase == .running && isHealthy)
            if phase == .quiet { report(.quiet) }
            if phase == .running && before == .quiet { report(.resumed) }
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Begins to stop the worker, unless it stops already.
    func stop(_ reason: EndReason) {
        state.withLock { if $0.phase != .stopping { $0.endReason = reason } }
        enter(.stopping)
    }

    /// Notes that a run was settled, and ends the worker if that was the last one it was to do.
    func runHasEnded() {
        retirement.runHasEnded()
        stopIfDone()
    }

    /// Notes that a claim for a free slot found a queue empty; ends the worker if that was the last one to drain.
    func foundEmpty(_ queue: Int, after runsEnded: Int) {
        retirement.isEmpty(queue, after: runsEnded)
        stopIfDone()
    }

    private func stopIfDone() {
        guard phase < .stopping, held.isEmpty else { return }
        if slots.isSpent { stop(.maxJobs) } else if retirement.drains && retirement.isDrained { stop(.drained) }
    }

    /// Takes no new jobs, from the beginning if it has not begun yet.
    func quiet() {
        let isRunning = state.withLock { state in
            state.beginsQuiet = state.phase == .starting
            return state.phase == .running
        }
        if isRunning { enter(.quiet) }
    }

    /// Undoes `quiet`.
    func resume() {
        let isQuiet = state.withLock { state in
            state.beginsQuiet = false
            return state.phase == .quiet
        }
        if isQuiet { enter(.running) }
    }

    /// Waits until the worker is in this phase or a later one.
    func reached(_ phase: Phase) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.phase >= phase { return true }
                state.waiters.append((phase, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    /// Has something done when the worker begins to stop.
    func whenStopping(_ action: @escaping @Sendable () -> Void) {
        onStop.withLock { $0.append(action) }
        if isStopping { action() }
    }

    // Called on the heartbeat thread.

    func heartbeatAnswered(_ answer: HeartbeatAnswer) {
        let (began, problems) = state.withLock { state -> (ContinuousClock.Instant?, [ConfigurationError]) in
            var problems: [ConfigurationError] = []
            if let configuration = answer.configuration {
                problems = configuration.problems.filter { !state.configuration.problems.contains($0) }
                state.configuration = configuration
            }
            defer { state.outageBegan = nil }
            return (state.outageBegan, problems)
        }
        for problem in problems { report(.misconfigured(problem.description)) }
        if let began {
            report(.restored(.now - began))
            retirement.startIdling()
            slots.setOpen(phase == .running)
        }
        if phase == .starting { enter(state.withLock { $0.beginsQuiet } ? .quiet : .running) }
        slots.wakeAll()
        if answer.isAskedToStop { stop(.asked) }
    }

    func heartbeatFailed(_ reason: String) {
        let isNew = state.withLock { state in
            defer { state.outageBegan = state.outageBegan ?? .now }
            return state.outageBegan == nil
        }
        guard isNew else { return }
        slots.setOpen(false)
        report(.outage(reason))
    }
}

extension ContinuousClock.Instant {
    fileprivate static func - (left: Self, right: Self) -> Duration { right.duration(to: left) }
}
