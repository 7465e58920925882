import ProcessRunner
import Synchronization

/// A job that runs as a process.
final class ProcessRun: RunningJob {
    private let process: RunningProcess
    /// What it says through its control pipe.
    private let lines: ControlLines
    /// The end of what was taken of its standard error: the error message of its job may stand there.
    private let lastErrors = Mutex(LastErrors())

    init(_ process: RunningProcess, _ lines: ControlLines) {
        self.process = process
        self.lines = lines
    }

    func result() async -> RunResult {
        let result = await process.result()
        lines.end()
        var errors = lastErrors.withLock { $0 }
        errors.add(result.output.chunks)
        return RunResult(result, lastErrorLine: errors.lastLine)
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
