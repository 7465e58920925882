import CSpawn
import Glibc
import Synchronization

/// What the runner and its thread share. A run is started on the caller's thread, up to sending the request; everything that
/// comes back is handled on the runner's.
final class RunnerCore: Sendable {
    /// What is to be done on the thread.
    let tasks: TaskQueue
    private let poller: Poller
    private let table: Mutex<MinderTable>
    private let memory: OutOfMemoryWatch

    init(_ groups: ControlGroups) throws(SpawnFailure) {
        let children = "/proc/thread-self/children"
        guard access(children, R_OK) == 0 else {
            throw SpawnFailure(.guardian, errno, "cannot watch over processes without \(children)")
        }
        poller = try Poller()
        tasks = TaskQueue(wake: poller.wake)
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
        guard spec.control != nil else { return try launch(run, spec, control: -1, path: nil) }
        let (control, path) = try table.withLock { (table) throws(SpawnFailure) in
            try table.checkIsOpen()
            return try table.pipes.take(for: run.id, poller)
        }
        do throws(SpawnFailure) {
            try launch(run, spec, control: control, path: path)
        } catch {
            table.withLock { $0.pipes.release(control) }
            throw error
        }
    }

    /// - Parameters:
    ///   - control: the pipe that the run can talk back by, or -1.
    ///   - path: its path.
    private func launch(
        _ run: RunningProcess,
        _ spec: ProcessSpec,
        control: Int32,
        path: String?
    ) throws(SpawnFailure) {
        var request = try RunRequest(spec, run: run.id, controlPath: path)
        var descriptors = try RunDescriptors(standardInput: spec.standardInput)
        try table.withLock { (table) throws(SpawnFailure) in
            try table.checkIsOpen()
            try table.assign(run, control: control, poller) { minder in
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

    /// Handles events, and what is to be done then, until the runner is closed and every run has its result.
    func run() {
        withUnsafeTemporaryAllocation(byteCount: 64 * 1024, alignment: 16) { buffer in
            var deadline: ContinuousClock.Instant?
            while true {
                tasks.runAll()
                let mayWait = tasks.fallAsleep()
                poller.wait(milliseconds: !mayWait ? 0 : deadline == nil ? -1 : 100) { handle($0, buffer) }
                tasks.wakeUp()
                guard deadline != nil || table.withLock({ $0.isClosed }) else { continue }
                let limit = deadline ?? .now + .seconds(2)
                deadline = limit
                if table.withLock({ $0.runs.isEmpty }) || .now >= limit { break }
            }
            let remaining = table.withLock { table in
                defer { table.closeAll(milliseconds: 2000) }
                return Array(table.runs.values)
            }
            for run in remaining { run.lost(buffer: buffer) }
            tasks.end()
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
        case .guardian(let pid): table.withLock { $0.guardianEnded(pid) }
        case .minder(let minder): read(minder, buffer)
        case .standardOutput(let run): table.withLock { $0.runs[run] }?.readOutput(.standardOutput, with: buffer)
        case .standardError(let run): table.withLock { $0.runs[run] }?.readOutput(.standardError, with: buffer)
        case .control(let pipe): readControl(pipe, buffer)
        }
    }

    /// Reads once what was said. What comes when the run is over is dropped. Returns false if there was nothing.
    @discardableResult
    private func readControl(
        _ pipe: Int32,
        for run: RunningProcess? = nil,
        _ buffer: UnsafeMutableRawBufferPointer
    ) -> Bool {
        let (got, current) = table.withLock { table in
            let got = table.pipes.read(pipe, into: buffer)
            return (got, got.flatMap { table.runs[$0.run] })
        }
        guard let got else { return false }
        (run ?? current)?.receive(UnsafeRawBufferPointer(rebasing: buffer[..<got.count]))
        return true
    }

    /// Reads all that is in a control pipe, for a run that is over, or for nobody.
    private func emptyControl(_ pipe: Int32, for run: RunningProcess?, _ buffer: UnsafeMutableRawBufferPointer) {
        guard pipe >= 0 else { return }
        // As often as fills the largest pipe that a user can make; who goes on writing, outside of the run, does not keep us.
        for _ in 0..<16 {
            guard readControl(pipe, for: run, buffer) else { return }
        }
    }

    /// Parts a minder from its run, and hears what that had to say before its end.
    private func endRun(of minder: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> RunningProcess? {
        let (run, control) = table.withLock { $0.endRun(of: minder) }
        emptyControl(control, for: run, buffer)
        return run
    }

    private func read(_ minder: Int32, _ buffer: UnsafeMutableRawBufferPointer) {
        var event = qc_event()
        guard qc_minder_read(minder, &event) != 0 else {
            // Its connection ends with it: it was killed.
            let run = endRun(of: minder, buffer)
            let hasExisted = table.withLock { table in
                defer { table.forget(minder) }
                return table.isReady(minder)
            }
            if hasExisted { run?.lost(buffer: buffer) } else { run?.failed(.minderKilled) }
            return
        }
        switch qc_kind(event.kind) {
        case QC_READY:
            table.withLock { $0.setReady(minder) }
        case QC_STARTED:
            table.withLock { $0.runs[event.run] }?.started(pid: event.pid, poller: poller)
        case QC_ENDED:
            // The minder is free before the result is out: who waits for one to start the next finds it.
            let run = endRun(of: minder, buffer)
            table.withLock { table in
                if event.clean != 0 { table.release(minder) }
                if event.step != 0 && event.error == EAGAIN { table.releaseIdle() }
            }
            run?.ended(event, buffer: buffer)
        case QC_CLEAN:
            _ = endRun(of: minder, buffer)
            table.withLock { $0.release(minder) }
        default:
            break
        }
    }
}
