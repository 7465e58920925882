import QueueKit

/// Finds damage in one queue and repairs it, if it is this worker's turn.
///
/// Nothing waits for it: it works in small steps on the shared connection, rests between them, and is dropped when
/// the worker stops.
actor Sweep {
    private let queue: JobQueue
    private let shared: SharedState
    private var schedule: SweepSchedule
    private var round: Task<Void, Never>?
    private var wasForbidden = false

    /// - Parameter interval: the time from one look at everything to the next.
    init(_ queue: JobQueue, every interval: Duration, shared: SharedState) {
        self.queue = queue
        self.shared = shared
        schedule = SweepSchedule(interval: interval)
    }

    /// Runs until its task is cancelled.
    func run() async {
        while !Task.isCancelled {
            await ask()
            // Cancelled, it ends.
            try? await Task.sleep(for: shared.configuration.heartbeat)
        }
        round?.cancel()
        await round?.value
    }

    private func ask() async {
        let hasSwept = schedule.takeHasSwept()
        do throws(QueueError) {
            let turn = try await queue.sweepTurn(
                of: shared.id,
                heartbeat: shared.configuration.heartbeat,
                hasSwept: hasSwept
            )
            switch schedule.next(turn) {
            case .goOn: break
            case .end: round?.cancel()
            case .begin(let urgently):
                round?.cancel()
                await round?.value
                round = Task { await self.sweep(urgently: urgently) }
            }
        } catch {
            failed(error)
        }
    }

    private func sweep(urgently: Bool) async {
        var isComplete = false
        do throws(QueueError) {
            let (queue, shared) = (queue, shared)
            try await queue.sweep(urgently: urgently, configuration: shared.configuration) { finding in
                shared.report(.repaired(queue.name, finding))
            }
            isComplete = true
        } catch {
            failed(error)
        }
        // Cancelled, it has given way to another, which is under way by now.
        if !Task.isCancelled { schedule.ended(isComplete: isComplete) }
    }

    /// What keeps a queue from being looked through, keeps its jobs from being claimed too, and is told by those who claim;
    /// but for rights that nobody else needs. It is tried again with the next heartbeat.
    private func failed(_ error: QueueError) {
        guard error.code == .forbidden, !wasForbidden else { return }
        wasForbidden = true
        shared.report(.trouble(queue.name, error.description))
    }
}
