import QueueKit

/// Tells Redis how runs ended, and does not give up: a settle that is not answered is sent again until it is, since
/// otherwise the work would be done twice.
///
/// Outcomes that are ready together go in one call; one that is ready alone goes at once.
actor Settler {
    private struct Waiting {
        let settlement: Settlement
        let continuation: CheckedContinuation<SettleResult?, Never>
    }

    private let queue: JobQueue
    private let shared: SharedState
    private var waiting: [Waiting] = []
    private var isSending = false
    private var isAbandoned = false

    init(queue: JobQueue, shared: SharedState) {
        self.queue = queue
        self.shared = shared
    }

    /// Settles a run. Returns once it is answered, or with nil when it was abandoned.
    func settle(_ settlement: Settlement) async -> SettleResult? {
        if isAbandoned { return nil }
        return await withCheckedContinuation { continuation in
            waiting.append(Waiting(settlement: settlement, continuation: continuation))
            if !isSending {
                isSending = true
                Task { await send() }
            }
        }
    }

    /// Stops trying: the worker has to end, and Redis is away. Those who wait get nil.
    func abandon() {
        isAbandoned = true
        let left = waiting
        waiting = []
        for one in left { one.continuation.resume(returning: nil) }
    }

    private func send() async {
        var pause = Pause()
        while !waiting.isEmpty {
            let batch = Array(waiting.prefix(JobQueue.batchLimit))
            FaultPoint.afterExit.reached()
            do throws(QueueError) {
                let results = try await queue.settle(batch.map(\.settlement), configuration: shared.configuration)
                FaultPoint.afterSettleSent.reached()
                shared.settling(queue.name, isRefused: false)
                if isAbandoned { break }
                waiting.removeFirst(batch.count)
                for (one, result) in zip(batch, results) { one.continuation.resume(returning: result) }
                pause = Pause()
            } catch {
                if !error.isOutage {
                    shared.settling(queue.name, isRefused: true)
                    shared.report(.trouble(queue.name, error.description))
                }
                await pause.wait()
            }
        }
        isSending = false
    }
}
