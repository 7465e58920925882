import ProcessRunner
import QueueKit

extension RunResult {
    /// What a process's end means for its job.
    init(_ process: ProcessResult, lastErrorLine: String?) {
        let ending: Ending =
            switch process.ending {
            case .exited(let code): .exited(code)
            case .signalled(let number): .signalled(number)
            case .lost: .lost
            case .notStarted(let failure) where failure.isExhaustion || failure.step == .shutdown:
                .exhausted(failure.description)
            case .notStarted(let failure): .notStarted(failure.description)
            }
        self.init(ending: ending, stopReason: process.stopReason, duration: process.duration)
        pid = process.pid
        isOutOfMemory = process.isOutOfMemory
        isOverCPULimit = process.isOverCPULimit
        output = process.output
        self.lastErrorLine = lastErrorLine
        usage = Self.usage(of: process)
    }

    private static func usage(of process: ProcessResult) -> String {
        let pid = process.pid.map { "\"pid\":\($0)," } ?? ""
        let user = process.userTime.wholeMilliseconds
        let system = process.systemTime.wholeMilliseconds
        return """
            {\(pid)"duration_ms":\(process.duration.wholeMilliseconds),"user_ms":\(user),"system_ms":\(system),\
            "max_rss_bytes":\(process.maxResidentBytes)}
            """
    }
}
