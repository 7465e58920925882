import QueueKit
import Synchronization

/// The places in which a worker runs jobs, numbered from 0, shared by all its queues.
///
/// Who gets them is the `SlotSchedule`'s decision; the feeds of the queues wait here for their turn.
final class Slots: Sendable {
    private struct State {
        var schedule: SlotSchedule
        var isClosed = false
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        /// Whether somebody looks later if a hanging claim holds the others up.
        var isWatched = false

        /// Whether a watch is to be begun now; it counts as begun then.
        mutating func beginsWatch() -> Bool {
            guard !waiting.isEmpty, !isWatched, schedule.isWithheld(at: .now) else { return false }
            isWatched = true
            return true
        }
    }

    let count: Int
    private let state: Mutex<State>

    /// - Parameters:
    ///   - queues: how many there are; below, each is meant by its number.
    ///   - weights: one for each of them; nil for strict order.
    ///   - maxJobs: how many jobs there may be in all; nil for any number.
    init(count: Int, queues: Int, weights: [Int]?, maxJobs: Int?) {
        self.count = count
        let schedule = SlotSchedule(
            slots: count,
            queues: queues,
            weights: weights,
            largestGrant: JobQueue.turnLimit,
            allowance: maxJobs
        )
        state = Mutex(State(schedule: schedule))
    }

    /// Takes the slots that a queue may claim for now, perhaps none. Does not wait. The queue counts as hungry, and is to
    /// call `answered` or `leave` when it is known how the claim ended.
    func take(for queue: Int) -> [Int] {
        change { state in state.isClosed ? [] : state.schedule.take(queue, at: .now) }
    }

    /// Notes that a claim was answered, and whether there may be more to claim.
    func answered(_ queue: Int, isHungry: Bool) {
        change { $0.schedule.answered(queue, isHungry: isHungry, at: .now) }
    }

    /// Passes a queue over that cannot claim now.
    func leave(_ queue: Int) {
        change { $0.schedule.leave(queue, at: .now) }
    }

    /// Makes slots free whose jobs have ended.
    func giveBack(_ slots: [Int]) { giveBack(slots, unused: false) }

    /// Makes slots free for which a claim brought no job.
    func giveBack(unused slots: [Int]) { giveBack(slots, unused: true) }

    private func giveBack(_ slots: [Int], unused: Bool) {
        guard !slots.isEmpty else { return }
        change { $0.schedule.giveBack(slots, unused: unused, at: .now) }
    }

    /// Whether all jobs that there may be have been claimed, and have left their slots.
    var isSpent: Bool { state.withLock { $0.schedule.isSpent } }

    /// Opens or shuts the gate: while it is shut, `take` gives nothing and nobody's turn comes.
    func setOpen(_ isOpen: Bool) {
        change { $0.schedule.setOpen(isOpen, at: .now) }
    }

    /// Takes no more: `take` gives nothing from now on, and nobody waits.
    func close() {
        change { $0.isClosed = true }
        wakeAll()
    }

    /// Waits until there are slots for this hungry queue, the slots are closed, or somebody calls `wakeAll`.
    func waitForTurn(of queue: Int) async {
        await withCheckedContinuation { continuation in
            let (isServed, mustWatch) = state.withLock { state in
                if state.isClosed || state.schedule.served.contains(queue) { return (true, false) }
                state.waiting[queue] = continuation
                return (false, state.beginsWatch())
            }
            if isServed { continuation.resume() }
            if mustWatch { watch() }
        }
    }

    /// Ends all waits, free slot or not.
    func wakeAll() {
        let waiting = state.withLock { state in
            defer { state.waiting = [:] }
            return state.waiting
        }
        for waiter in waiting.values { waiter.resume() }
    }

    /// Changes something, and wakes those whose turn has come by it.
    private func change<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
        let (result, woken, mustWatch) = state.withLock { state in
            let result = body(&state)
            let woken =
                state.waiting.isEmpty ? [] : state.schedule.served.compactMap { state.waiting.removeValue(forKey: $0) }
            return (result, woken, state.beginsWatch())
        }
        for waiter in woken { waiter.resume() }
        if mustWatch { watch() }
        return result
    }

    /// Looks again when a claim has had its time: nothing else may happen that would end the wait of the others.
    private func watch() {
        Task {
            try? await Task.sleep(for: SlotSchedule.patience)
            change { state in
                state.isWatched = false
                state.schedule.distribute(at: .now)
            }
        }
    }
}
