import Synchronization

/// The worker's places for running jobs, numbered from 0, shared by all its queues.
final class Slots: Sendable {
    private struct State {
        var free: [Int]
        var isOpen = true
        var isClosed = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    let count: Int
    private let state: Mutex<State>

    init(count: Int) {
        self.count = count
        state = Mutex(State(free: Array((0..<count).reversed())))
    }

    /// Takes up to `limit` free slots, perhaps none. Does not wait.
    func take(upTo limit: Int) -> [Int] {
        state.withLock { state in
            guard state.isOpen, !state.isClosed else { return [] }
            let taken = state.free.suffix(max(0, limit))
            state.free.removeLast(taken.count)
            return Array(taken)
        }
    }

    func giveBack(_ slots: [Int]) {
        guard !slots.isEmpty else { return }
        wake { $0.free.append(contentsOf: slots) }
    }

    /// Opens or shuts the gate: while it is shut, `take` gives nothing and no slot counts as free.
    func setOpen(_ isOpen: Bool) {
        wake { $0.isOpen = isOpen }
    }

    /// Takes no more: `take` gives nothing from now on, and nobody waits.
    func close() {
        wake { $0.isClosed = true }
    }

    /// Waits until a slot is free, the slots are closed, or somebody calls `wakeAll`.
    func waitUntilFree() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if (state.isOpen && !state.free.isEmpty) || state.isClosed { return true }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    /// Ends all waits, free slot or not.
    func wakeAll() {
        wake { _ in }
    }

    private func wake(_ change: (inout State) -> Void) {
        let waiting = state.withLock { state in
            change(&state)
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.resume() }
    }
}
