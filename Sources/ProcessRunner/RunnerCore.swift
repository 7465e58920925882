import CSpawn
import Glibc
import Synchronization

/// What the runner and its thread share. A run is started on the caller's thread, up to sending the request; everything that comes
/// back is handled on the runner's.
final class RunnerCore: Sendable {
    private let poller: Poller
    private let table: Mutex<MinderTable>

    init() throws(SpawnFailure) {
        let children = "/proc/thread-self/children"
        guard access(children, R_OK) == 0 else {
            throw SpawnFailure(.guardian, errno, "cannot watch over processes without \(children)")
        }
        poller = try Poller()
        var first = MinderTable()
        _ = try first.ensureGuardian(poller)
        table = Mutex(first)
    }

    func start(_ spec: ProcessSpec) -> RunningProcess {
        let run = RunningProcess(id: table.withLock { $0.nextRun() }, spec: spec)
        do throws(SpawnFailure) {
            try launch(run, spec)
        } catch {
            run.failed(error)
        }
        return run
    }

    private func launch(_ run: RunningProcess, _ spec: ProcessSpec) throws(SpawnFailure) {
        var request = try RunRequest(spec, run: run.id)
        var descriptors = try RunDescriptors(standardInput: spec.standardInput)
        try poller.add(descriptors.output.reader, .standardOutput(run: run.id))
        try poller.add(descriptors.error.reader, .standardError(run: run.id))
        try table.withLock { (table) throws(SpawnFailure) in
            guard !table.isClosed else {
                throw SpawnFailure(.shutdown, ESHUTDOWN, "cannot start", reason: "the runner is shut down")
            }
            try table.assign(run, poller) { minder in
                let result = request.send(
                    to: minder,
                    standardOutput: descriptors.output.writer,
                    standardError: descriptors.error.writer,
                    standardInput: descriptors.input
                )
                if result == 0 {
                    descriptors.readersAreHandedOver = true
                    run.connect(
                        minder: minder,
                        standardOutput: descriptors.output.reader,
                        standardError: descriptors.error.reader
                    )
                }
                return result
            }
        }
    }

    // MARK: The thread

    /// Handles events until the runner is closed and every run has its result.
    func run() {
        withUnsafeTemporaryAllocation(byteCount: 64 * 1024, alignment: 16) { buffer in
            var deadline: ContinuousClock.Instant?
            while true {
                poller.wait(milliseconds: deadline == nil ? -1 : 100) { handle($0, buffer) }
                let (isClosed, isOver) = table.withLock { ($0.isClosed, $0.isClosed && $0.runs.isEmpty) }
                if isClosed && deadline == nil { deadline = .now + .seconds(2) }
                if isOver { break }
                if let deadline, .now >= deadline { break }
            }
            let remaining = table.withLock { table in
                defer { table.closeAll(milliseconds: 2000) }
                return Array(table.runs.values)
            }
            for run in remaining { run.lost(buffer: buffer) }
        }
    }

    /// Kills all runs and lets the thread end.
    func close() {
        let runs = table.withLock { table in
            table.isClosed = true
            return Array(table.runs.values)
        }
        for run in runs { run.kill(.shutdown) }
        poller.wake()
    }

    private func handle(_ source: Poller.Source, _ buffer: UnsafeMutableRawBufferPointer) {
        switch source {
        case .wakeup: break
        case .guardian: table.withLock { $0.guardianEnded() }
        case .minder(let minder): read(minder, buffer)
        case .standardOutput(let run): table.withLock { $0.runs[run] }?.readOutput(.standardOutput, with: buffer)
        case .standardError(let run): table.withLock { $0.runs[run] }?.readOutput(.standardError, with: buffer)
        }
    }

    private func read(_ minder: Int32, _ buffer: UnsafeMutableRawBufferPointer) {
        var event = qc_event()
        guard qc_minder_read(minder, &event) != 0 else {
            // Its connection ends with it: it was killed. A run must have let go of the descriptor before it is closed.
            table.withLock { $0.endRun(of: minder) }?.lost(buffer: buffer)
            table.withLock { $0.forget(minder) }
            return
        }
        switch qc_kind(event.kind) {
        case QC_STARTED:
            table.withLock { $0.runs[event.run] }?.started(pid: event.pid)
        case QC_ENDED:
            table.withLock { $0.endRun(of: minder) }?.ended(event, buffer: buffer)
            if event.clean != 0 { table.withLock { $0.release(minder) } }
        case QC_CLEAN:
            table.withLock { $0.release(minder) }
        default:
            break
        }
    }
}
