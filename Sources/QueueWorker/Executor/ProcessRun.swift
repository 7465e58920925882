import ProcessRunner
import Synchronization

/// A job that runs as a process.
final class ProcessRun: RunningJob {
    private let process: RunningProcess
    /// The end of what was taken of its standard error: the error message of its job may stand there.
    private let lastErrors = Mutex(LastErrors())

    init(_ process: RunningProcess) {
        self.process = process
    }

    func result() async -> RunResult {
        let result = await process.result()
        var errors = lastErrors.withLock { $0 }
        errors.add(result.output.chunks)
        return RunResult(result, lastErrorLine: errors.lastLine)
    }

    func takeOutput() -> [OutputChunk] {
        let chunks = process.takeOutput()
        lastErrors.withLock { $0.add(chunks) }
        return chunks
    }

    func stop(_ reason: StopReason, grace: Duration?) {
        process.stop(reason, grace: grace)
    }

    func kill(_ reason: StopReason) {
        process.kill(reason)
    }
}
