/// Ends a worker that has had nothing to do for as long as it may.
struct Idleness: Sendable {
    private let shared: SharedState

    init(_ shared: SharedState) {
        self.shared = shared
    }

    /// Returns when the worker stops, or the task is cancelled. At once if there is no limit.
    func endWhenIdle() async {
        guard let limit = shared.retirement.maxIdle else { return }
        await shared.reached(.running)
        // There was nothing to be had before.
        shared.retirement.startIdling()
        while !shared.isStopping {
            // With something to do now, it cannot end before it has been idle for all of the time.
            let isBusy = !shared.held.isEmpty || !shared.isHealthy
            let left = isBusy ? limit : shared.retirement.idleTimeLeft(at: .now) ?? limit
            if left <= .zero { return shared.stop(.maxIdle) }
            do {
                try await Task.sleep(for: left)
            } catch {
                return
            }
        }
    }
}
