import CSpawn
import Glibc
import Synchronization

/// One run of a command: handed out by ``ProcessRunner/start(_:)`` before the process exists, and good for as long as anybody
/// wants to look at its result.
///
/// Every method but ``result()`` can be called from any thread, returns at once, and needs neither a free thread of the Swift
/// pool nor the runner's own: a stop goes straight to the process that watches over the run.
public final class RunningProcess: Sendable {
    let id: UInt32
    private let spec: ProcessSpec
    private let state: Mutex<State>
    private let memory: OutOfMemoryWatch
    private let kernelKillsBefore: Int

    fileprivate struct State {
        var pid: pid_t?
        var connection: Connection?
        var wasSentKill = false
        var output: OutputBuffer
        /// What each stream passes; empty if nothing changes them.
        var filters: [any OutputFilter] = []
        var result: ProcessResult?
        var waiting: [CheckedContinuation<ProcessResult, Never>] = []
    }

    /// What a run holds while it lasts.
    fileprivate struct Connection {
        /// -1 when the minder has reported the end.
        var minder: Int32
        var standardOutput: Int32
        var standardError: Int32
    }

    init(id: UInt32, spec: ProcessSpec, memory: OutOfMemoryWatch) {
        self.id = id
        self.spec = spec
        self.memory = memory
        kernelKillsBefore = memory.baseline()
        let filters = spec.outputFilter.map { make in OutputChunk.Stream.allCases.map { _ in make() } }
        state = Mutex(State(output: OutputBuffer(limit: spec.outputLimit), filters: filters ?? []))
    }

    /// The main process, which leads its own session and process group.
    ///
    /// `nil` until it has run for 5 ms or ended, and if it could not start. Kept when it has ended, and then the number may
    /// belong to another process.
    public var pid: pid_t? { state.withLock { $0.pid } }

    /// Waits for the end of the main process. What it left behind may still be being ended then
    /// (``ProcessResult/leftoverProcesses``).
    ///
    /// Any number of tasks may wait. Cancelling a waiting task does not stop the process and does not end the wait: call
    /// ``stop(_:grace:)``. Throws nothing.
    public func result() async -> ProcessResult {
        await withCheckedContinuation { continuation in
            let result = state.withLock { state in
                if state.result == nil { state.waiting.append(continuation) }
                return state.result
            }
            if let result { continuation.resume(returning: result) }
        }
    }

    /// Sends TERM to every process of the tree, and KILL to what is left after the grace.
    ///
    /// The first reason stays; a later stop can shorten the grace, not lengthen it. Does nothing once the main process has ended.
    /// - Parameter grace: From TERM to KILL; `nil`: that of the specification; zero: KILL at once, no TERM.
    public func stop(_ reason: StopReason, grace: Duration? = nil) {
        order(QC_STOP, number: reason.rawValue, grace: grace ?? spec.grace)
    }

    /// Kills every process of the tree at once. If nothing stopped the run before, this is its reason.
    public func kill(_ reason: StopReason = .cancelled) {
        stop(reason, grace: .zero)
    }

    /// Hands over what the run has written since this was called last, in the order in which it was read.
    ///
    /// At most ``ProcessSpec/outputLimit`` bytes, the first and the last; offsets tell of what is missing. Nothing once the
    /// run has ended: the rest is in its result.
    public func takeOutput() -> [OutputChunk] {
        state.withLock { $0.result == nil ? $0.output.take() : [] }
    }

    /// Sends a signal to the process group of the main process, as a terminal would.
    ///
    /// Does nothing once the main process has ended, and with a number that is no signal. What has left the group (by `setsid`)
    /// does not get it.
    public func signal(_ number: Int32) {
        guard number > 0 else { return }
        order(QC_SIGNAL, number: UInt32(number))
    }

    /// Stops every process of the tree where it is (`SIGSTOP`), those in sessions of their own too.
    ///
    /// ``ProcessSpec/timeout`` counts on only after ``resume()``. A paused run can be stopped, and gets its grace; one that is
    /// being stopped cannot be paused. Called again it does nothing.
    public func pause() {
        order(QC_PAUSE)
    }

    /// Lets every process of a paused tree go on (`SIGCONT`), also those that had stopped by themselves before.
    ///
    /// Does nothing to a run that is not paused.
    public func resume() {
        order(QC_RESUME)
    }

    private func order(_ kind: qc_kind, number: UInt32 = 0, grace: Duration = .zero) {
        var order = qc_order(
            kind: kind.rawValue,
            run: id,
            number: number,
            padding: 0,
            grace_ns: grace.clampedNanoseconds
        )
        state.withLock { state in
            guard let connection = state.connection, connection.minder >= 0 else { return }
            if kind == QC_SIGNAL && number == SIGKILL { state.wasSentKill = true }
            // The one way to fail is that the minder is gone, and then so is the run.
            _ = qc_minder_order(connection.minder, &order)
        }
    }

    // MARK: Called by the runner

    func connect(minder: Int32, standardOutput: Int32, standardError: Int32) {
        state.withLock {
            $0.connection = Connection(minder: minder, standardOutput: standardOutput, standardError: standardError)
        }
    }

    /// The minder is not to be talked to any more: it may have another run, or be gone.
    func disconnect() {
        state.withLock { $0.connection?.minder = -1 }
    }

    /// The run lasts: from now on its output is read as it comes. (That of a shorter one waits in the pipes until the end, which
    /// spares a wakeup; who fills a pipe before this waits for it.)
    func started(pid: pid_t, poller: Poller) {
        do throws(SpawnFailure) {
            try state.withLock { (state) throws(SpawnFailure) in
                state.pid = pid
                guard let connection = state.connection else { return }
                try poller.add(connection.standardOutput, .standardOutput(run: id))
                try poller.add(connection.standardError, .standardError(run: id))
            }
        } catch {
            // No memory for that in the kernel. Unread, a full pipe would stop it for ever.
            kill(.shutdown)
        }
    }

    /// Reads once from a stream that is ready.
    func readOutput(_ stream: OutputChunk.Stream, with buffer: UnsafeMutableRawBufferPointer) {
        let isFirst = state.withLock { state in
            guard let connection = state.connection else { return false }
            let descriptor = stream == .standardOutput ? connection.standardOutput : connection.standardError
            guard descriptor >= 0 else { return false }
            let wasEmpty = state.output.isEmpty
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count > 0 {
                state.take(UnsafeRawBufferPointer(rebasing: buffer[..<count]), from: stream)
            } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
                close(descriptor)
                state.endFilter(of: stream)
                if stream == .standardOutput {
                    state.connection?.standardOutput = -1
                } else {
                    state.connection?.standardError = -1
                }
            }
            return wasEmpty && !state.output.isEmpty
        }
        if isFirst { spec.onOutput?() }
    }

    /// Takes what the run said through its control pipe.
    func receive(_ bytes: UnsafeRawBufferPointer) {
        spec.control?.receive(bytes)
    }

    /// Ends the run as its minder reported. The output that has arrived is read first; what comes later, from processes that
    /// are being ended, has nowhere to go.
    func ended(_ event: qc_event, buffer: UnsafeMutableRawBufferPointer) {
        let ending: ProcessResult.Ending =
            if event.step != 0 {
                .notStarted(SpawnFailure(step: event.step, errno: event.error, spec: spec))
            } else if event.status & 0x7f == 0 {
                .exited(code: (event.status >> 8) & 0xff)
            } else {
                .signalled(event.status & 0x7f)
            }
        finish(ending, event: event, buffer: buffer)
    }

    /// Ends a run that nobody watches any more.
    func lost(buffer: UnsafeMutableRawBufferPointer) {
        finish(.lost, event: qc_event(), buffer: buffer)
    }

    /// Ends a run that never got to a minder.
    func failed(_ failure: SpawnFailure) {
        finish(.notStarted(failure), event: qc_event(), buffer: UnsafeMutableRawBufferPointer(start: nil, count: 0))
    }

    private func finish(_ ending: ProcessResult.Ending, event: qc_event, buffer: UnsafeMutableRawBufferPointer) {
        let (result, waiting) = state.withLock { state in
            if let connection = state.connection {
                state.drain(connection.standardOutput, .standardOutput, with: buffer)
                state.drain(connection.standardError, .standardError, with: buffer)
                state.connection = nil
            }
            if event.pid > 0 { state.pid = event.pid }
            let isOverCPULimit = spec.limits.isOverCPULimit(
                ending,
                used: .microseconds(event.user_us + event.system_us)
            )
            let isKilledByOthers = ending.isBySignal(SIGKILL) && event.reason == 0 && !state.wasSentKill
            let result = ProcessResult(
                ending: ending,
                pid: state.pid,
                stopReason: StopReason(rawValue: event.reason),
                isOutOfMemory: isKilledByOthers && !isOverCPULimit && memory.hasKilled(since: kernelKillsBefore),
                isOverCPULimit: isOverCPULimit,
                output: state.output.takeAll(),
                leftoverProcesses: Int(event.leftover),
                duration: .nanoseconds(event.duration_ns),
                userTime: .microseconds(event.user_us),
                systemTime: .microseconds(event.system_us),
                maxResidentBytes: Int(event.max_resident_kb) * 1024
            )
            state.result = result
            let waiting = state.waiting
            state.waiting = []
            return (result, waiting)
        }
        for continuation in waiting { continuation.resume(returning: result) }
    }
}

extension RunningProcess.State {
    /// Keeps what was read from a stream.
    fileprivate mutating func take(_ bytes: UnsafeRawBufferPointer, from stream: OutputChunk.Stream) {
        guard !filters.isEmpty else { return output.append(bytes, to: stream, at: .now) }
        keep(filters[stream.rawValue].add(bytes), of: stream)
    }

    /// Keeps what the filter of a stream has held back.
    fileprivate mutating func endFilter(of stream: OutputChunk.Stream) {
        if !filters.isEmpty { keep(filters[stream.rawValue].end(), of: stream) }
    }

    private mutating func keep(_ bytes: [UInt8], of stream: OutputChunk.Stream) {
        guard !bytes.isEmpty else { return }
        bytes.withUnsafeBytes { output.append($0, to: stream, at: .now) }
    }

    /// Reads what is in a pipe, and closes it.
    fileprivate mutating func drain(
        _ descriptor: Int32,
        _ stream: OutputChunk.Stream,
        with buffer: UnsafeMutableRawBufferPointer
    ) {
        guard descriptor >= 0 else { return }
        // More than a pipe holds by default, so that all of it is read; but a process that goes on writing does not keep us, least of
        // all where what it writes is looked through.
        var budget = filters.isEmpty ? 16 << 20 : 1 << 20
        while budget > 0 {
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            take(UnsafeRawBufferPointer(rebasing: buffer[..<count]), from: stream)
            budget -= count
        }
        endFilter(of: stream)
        close(descriptor)
    }
}
