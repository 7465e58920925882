import ProcessRunner
import Synchronization

/// A job that runs as a process.
final class ProcessRun: RunningJob {
    private let process: RunningProcess
    /// What it says through its control pipe.
    private let lines: ControlLines
    private let plan: JobRules.Plan
    /// The end of what was taken of its standard error: the error message of its job may stand there.
    private let lastErrors = Mutex(LastErrors())

    init(_ process: RunningProcess, _ lines: ControlLines, _ plan: JobRules.Plan) {
        self.process = process
        self.lines = lines
        self.plan = plan
    }

    func result() async -> RunResult {
        let result = await process.result()
        lines.end()
        var errors = lastErrors.withLock { $0 }
        errors.add(result.output.chunks)
        var ended = RunResult(result, lastErrorLine: errors.lastLine)
        ended.timeout = plan.timeout
        ended.maxRetries = plan.maxRetries
        return ended
    }

    func takeOutput() -> [OutputChunk] {
        // Under the lock, so that what was taken when the run has ended has been looked at too.
        lastErrors.withLock { errors in
            let chunks = process.takeOutput()
            errors.add(chunks)
            return chunks
        }
    }

    func stop(_ reason: StopReason, grace: Duration?) {
        process.stop(reason, grace: grace)
    }

    func kill(_ reason: StopReason) {
        process.kill(reason)
    }

    func signal(_ number: Int32) {
        process.signal(number)
    }

    func pause() {
        process.pause()
    }

    func resume() {
        process.resume()
    }
}
