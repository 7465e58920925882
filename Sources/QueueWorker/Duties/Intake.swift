import QueueKit
import Synchronization

/// Makes jobs of what other services push onto one queue, or has it set aside.
///
/// What a claim has taken in is ingested at once, for its feed. When a claim leaves pushes behind, that is a flood: it is taken in
/// beside the feed, a thousand at a time, the next while those before are judged, in calls so small that the claims between
/// them hardly wait. So an urgent push behind a flood waits until the flood is in, and not until it has been run.
final class Intake: Sendable {
    private struct State {
        /// Whether a flood is being taken in.
        var isBusy = false
        /// Whether the feed waits for a slot, so that nobody looks for pushes.
        var isAlone = false
        var isEnding = false
        /// How often part of a flood has been ingested.
        var steps = 0
        /// Those who wait for the next such part, or for the end of the flood.
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let queue: JobQueue
    private let keys: SigningKeys?
    private let shared: SharedState
    private let state = Mutex(State())

    /// - Parameter keys: what the signatures of pushes must have been made with; nil where they are not looked at.
    init(_ queue: JobQueue, verifying keys: SigningKeys?, shared: SharedState) {
        self.queue = queue
        self.keys = keys
        self.shared = shared
    }

    /// Whether a flood is being taken in, and in how many steps so far.
    var progress: (isBusy: Bool, steps: Int) { state.withLock { ($0.isBusy, $0.steps) } }

    /// Notes whether the feed cannot look for pushes itself. Then this does, now and then (`watch`).
    func setAlone(_ isAlone: Bool) { state.withLock { $0.isAlone = isAlone } }

    /// Takes in all that waits, beside the feed. Does not wait for it.
    func begin() {
        let mustStart = state.withLock { state in
            guard !state.isBusy, !state.isEnding else { return false }
            state.isBusy = true
            return true
        }
        // On the pool: the feed's thread has the ends of runs to hear of.
        if mustStart { Task { await self.takeAllIn() } }
    }

    /// Waits until more than `steps` parts of floods have been ingested, or none is being taken in.
    func waitForStep(after steps: Int) async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if !state.isBusy || state.steps > steps { return true }
                state.waiting.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    /// Looks for pushes while the feed waits for a slot, until it is cancelled.
    func watch() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.interval)
            guard state.withLock(\.isAlone), shared.isHealthy, !Task.isCancelled else { continue }
            // What is wrong with the queue is told by the next claim.
            if (try? await queue.hasPushes()) == true { begin() }
        }
    }

    /// Takes no more in, and waits until what was taken in is done with.
    func end() async {
        state.withLock { $0.isEnding = true }
        while progress.isBusy { await waitForStep(after: progress.steps) }
    }

    /// Judges pushes and ingests them, at most a claim's. Returns whether any of them became a job that can be claimed now.
    func ingest(_ items: [IntakeItem]) async -> Bool {
        guard !items.isEmpty else { return false }
        let results = await results(of: judge(items[...]))
        tell(results)
        return results.contains(where: \.isJob)
    }

    private func takeAllIn() async {
        var taken = await takeIn()
        while !taken.isEmpty {
            async let next = takeIn()
            await ingestInSteps(taken)
            taken = await next
        }
        stepped(isOver: true)
    }

    /// Takes in what it can at once. None when there is none left, or somebody else has to go on.
    private func takeIn() async -> [IntakeItem] {
        guard !state.withLock(\.isEnding) else { return [] }
        do {
            return try await queue.takeIn()
        } catch {
            shared.report(.trouble(queue.name, error.description))
            return []
        }
    }

    /// Judges each part while the one before is ingested; so they are ingested in the order in which they came.
    private func ingestInSteps(_ items: [IntakeItem]) async {
        var sent: Task<[IngestResult], Never>?
        var all: [IngestResult] = []
        for start in stride(from: 0, to: items.count, by: JobQueue.batchLimit) {
            let verdicts = judge(items[start..<min(start + JobQueue.batchLimit, items.count)])
            if let sent { all += await sent.value }
            sent = Task {
                let results = await self.results(of: verdicts)
                self.stepped()
                return results
            }
        }
        if let sent { all += await sent.value }
        tell(all)
    }

    private func judge(_ items: ArraySlice<IntakeItem>) -> [(number: Int64, verdict: IntakeVerdict)] {
        items.map { ($0.number, $0.verdict(queue: queue, verifying: keys)) }
    }

    /// What became of pushes; nothing if nobody knows: then they are handed out again once they are overdue.
    private func results(of verdicts: [(number: Int64, verdict: IntakeVerdict)]) async -> [IngestResult] {
        do {
            return try await queue.ingest(verdicts, configuration: shared.configuration)
        } catch {
            shared.report(.trouble(queue.name, error.description))
            return []
        }
    }

    private func tell(_ results: [IngestResult]) {
        guard !results.isEmpty else { return }
        let rejected = results.count { $0 == .rejected }
        shared.report(.ingested(queue.name, accepted: results.count(where: \.isJob), rejected: rejected))
    }

    private func stepped(isOver: Bool = false) {
        let waiting = state.withLock { state in
            state.steps += 1
            if isOver { state.isBusy = false }
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.resume() }
    }

    /// How often a worker without a free slot looks for pushes.
    private static let interval = Duration.milliseconds(500)
}

extension IngestResult {
    fileprivate var isJob: Bool { if case .added = self { true } else { false } }
}
