import QueueKit

/// What a job that has ended means as an exit code, as a shell would give it.
enum JobExit {
    /// 0 if it completed; otherwise its own code, or 128 and the number of the signal that ended it; 127 or 126
    /// if it could not be started. 1 if it has none.
    static func code(of job: Job) -> Int32 {
        if job.state == .completed { return 0 }
        // Of more than a byte a shell would see the lowest, and a failure must not look like success.
        if let code = job.exitCode, let byte = Int32(exactly: code & 0xff), byte != 0 { return byte }
        if job.reason == "secret_unavailable" { return 126 }
        if job.reason == "spawn_failure" { return isMissing(job) ? 127 : 126 }
        if let signal = job.signal, (1...64).contains(signal) { return 128 + Int32(signal) }
        return ExitStatus.failed.rawValue
    }

    /// Whether there was no such program. Only the message tells.
    private static func isMissing(_ job: Job) -> Bool {
        guard let error = job.error else { return false }
        return error.hasPrefix("cannot start") && error.hasSuffix("no such file or directory")
    }
}
