import CSpawn
import Glibc
import Synchronization

/// What the runner and its thread share. A run is started on the caller's thread, up to sending the request; everything that
/// comes back is handled on the runner's.
final class RunnerCore: Sendable {
    private let poller: Poller
    private let table: Mutex<MinderTable>
    private let memory: OutOfMemoryWatch

    init(_ groups: ControlGroups) throws(SpawnFailure) {
        let children = "/proc/thread-self/children"
        guard access(children, R_OK) == 0 else {
            throw SpawnFailure(.guardian, errno, "cannot watch over processes without \(children)")
        }
        poller = try Poller()
        memory = OutOfMemoryWatch(groups)
        var first = MinderTable(groups: GroupBase(below: groups.unified))
        _ = try first.ensureGuardian(poller)
        table = Mutex(first)
    }

    func start(_ spec: ProcessSpec) -> RunningProcess {
        let run = RunningProcess(id: table.withLock { $0.nextRun() }, spec: spec, memory: memory)
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
                var isWoken = false
                poller.wait(milliseconds: deadline == nil ? -1 : 100) { source in
                    if source == .wakeup { isWoken = true } else { handle(source, buffer) }
                }
                guard isWoken || deadline != nil else { continue }
                let limit = deadline ?? .now + .seconds(2)
                deadline = limit
                if table.withLock({ $0.runs.isEmpty }) || .now >= limit { break }
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
            // Its connection ends with it: it was killed.
            let run = table.withLock { table in
                let run = table.endRun(of: minder)
                table.forget(minder)
                return run
            }
            run?.lost(buffer: buffer)
            return
        }
        switch qc_kind(event.kind) {
        case QC_STARTED:
            table.withLock { $0.runs[event.run] }?.started(pid: event.pid, poller: poller)
        case QC_ENDED:
            // The minder is free before the result is out: who waits for one to start the next finds it.
            let run = table.withLock { table in
                let run = table.endRun(of: minder)
                if event.clean != 0 { table.release(minder) }
                return run
            }
            run?.ended(event, buffer: buffer)
        case QC_CLEAN:
            table.withLock { $0.release(minder) }
        default:
            break
        }
    }
}
