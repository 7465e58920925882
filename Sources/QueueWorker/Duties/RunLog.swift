import ProcessRunner
import QueueKit
import Synchronization

/// Brings the output of one run to Redis: while it runs, soon after it is printed and some of it at a time; the rest before
/// the run is settled. A run that prints nothing costs nothing here.
///
/// What Redis does not take in time makes gaps: the run never waits for it. A batch whose answer was lost is sent
/// again; one that is refused (Redis is out of memory) is given up.
actor RunLog {
    /// What the runner's thread and the pool share.
    private struct Intake {
        var run: (any RunningJob)?
        var hasOutput = false
        /// Whether `flush` is under way, so that it looks again.
        var isFlushing = false
    }

    private let claimed: ClaimedJob
    private let queue: JobQueue
    private let gate: LogGate
    private let shared: SharedState
    private let intake = Mutex(Intake())
    private lazy var ledger = LogLedger(cap: shared.configuration.outputCap)
    private var sentAt: ContinuousClock.Instant?
    private var isSending = false
    private var isOver = false
    /// The run is not the job's any more: nothing that it prints has a place.
    private var isStale = false
    private var hasReported = false
    private var finisher: CheckedContinuation<Void, Never>?

    /// How long output waits for more to go with it.
    private static let delay = Duration.milliseconds(50)
    /// How long to wait after sending: within the cap, and beyond it, where all but the latest is thrown away again.
    private static let interval = Duration.milliseconds(100)
    private static let longInterval = Duration.milliseconds(500)
    /// How long to wait for a Redis that is away, when the run is over.
    private static let pause = Duration.milliseconds(200)

    init(of claimed: ClaimedJob, in queue: JobQueue, gate: LogGate, shared: SharedState) {
        self.claimed = claimed
        self.queue = queue
        self.gate = gate
        self.shared = shared
    }

    /// Notes what to take output from.
    nonisolated func began(_ run: any RunningJob) {
        intake.withLock { $0.run = run }
    }

    /// There is output. Called on the runner's thread: returns at once.
    nonisolated func outputArrived() {
        let isNew = intake.withLock { intake in
            intake.hasOutput = true
            defer { intake.isFlushing = true }
            return !intake.isFlushing
        }
        if isNew { Task { await flush() } }
    }

    /// Whether there is anything to be kept of a run that ended with this.
    nonisolated func isNeeded(for output: CapturedOutput) -> Bool {
        OutputChunk.Stream.allCases.contains { output.totalBytes(of: $0) > 0 }
    }

    /// Sends what is left of the output. Returns when it is answered, however long Redis is away, or when the worker gives up.
    func finish(_ output: CapturedOutput) async {
        isOver = true
        if isSending { await withCheckedContinuation { finisher = $0 } }
        var rest: CapturedOutput? = output
        while !isStale, !gate.isAbandoned {
            if ledger.batch == nil, let output = rest {
                rest = nil
                ledger.add(output.chunks)
                ledger.close(output)
            }
            guard ledger.batch != nil else { return }
            if await gate.pass({ await send() }) { continue }
            await sleep(Self.pause)
        }
    }

    private func flush() async {
        while !isOver {
            let interval = ledger.isBeyondCap ? Self.longInterval : Self.interval
            await sleep(max(Self.delay, sentAt.map { $0 + interval - .now } ?? .zero))
            guard !isOver else { return }
            isSending = true
            _ = await gate.pass { await sendWhatIsThere() }
            isSending = false
            sentAt = .now
            finisher?.resume()
            let isIdle = ledger.batch == nil
            let goesOn = intake.withLock { intake in
                intake.isFlushing = intake.hasOutput || !isIdle
                return intake.isFlushing
            }
            if !goesOn { return }
        }
    }

    private func sendWhatIsThere() async -> Bool {
        if ledger.batch == nil, !isOver {
            let run = intake.withLock { intake in
                // Without a run it has only just begun: look again.
                intake.hasOutput = intake.run == nil
                return intake.run
            }
            let chunks = run?.takeOutput() ?? []
            if !isStale { ledger.add(chunks) }
        }
        return await send()
    }

    /// Sends the batch. Returns whether that was answered.
    private func send() async -> Bool {
        guard let batch = ledger.batch else { return true }
        let now = ContinuousClock.now
        let entries = batch.entries.map { number, chunk in
            NewLogEntry(
                number: number,
                stream: chunk.stream == .standardOutput ? .stdout : .stderr,
                offset: chunk.offset,
                age: now - chunk.readAt,
                data: chunk.bytes
            )
        }
        do {
            let result = try await queue.appendLog(
                of: claimed.job.id,
                token: claimed.token,
                run: claimed.job.run,
                entries,
                deleting: batch.deletions
            )
            isStale = result == .stale
            ledger.written()
        } catch {
            if error.isOutage { return false }
            // Output is the first to give way; the outcome is what must arrive.
            ledger.refused()
            if !hasReported { shared.report(.trouble(queue.name, error.description)) }
            hasReported = true
        }
        return true
    }

    private func sleep(_ time: Duration) async {
        // Nobody cancels these tasks.
        try? await Task.sleep(for: time)
    }
}
