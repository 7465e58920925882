import ProcessRunner
import QueueKit

extension RunResult {
    /// What a process's end means for its job.
    init(_ process: ProcessResult) {
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
        output =
            LogEntry.entries(process.output.standardOutput, .stdout)
            + LogEntry.entries(process.output.standardError, .stderr)
        lastErrorLine = Self.lastLine(of: process.output.standardError)
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

    /// The last line that is not blank, made fit for one line of a message.
    private static func lastLine(of stream: CapturedOutput.Stream) -> String? {
        let bytes = stream.tail.isEmpty ? stream.head : stream.tail
        let lines = bytes.suffix(2000).split(separator: UInt8(ascii: "\n"))
        for line in lines.reversed() {
            let text = TerminalText.shorten(TerminalText.escape(line), to: 200)
            if text.contains(where: { !$0.isWhitespace }) { return text }
        }
        return nil
    }
}

extension LogEntry {
    /// The two pieces of a stream that were kept. Redis gives them their time.
    fileprivate static func entries(_ captured: CapturedOutput.Stream, _ stream: Stream) -> [LogEntry] {
        let unknown = Timestamp(milliseconds: 0)
        var entries: [LogEntry] = []
        if !captured.head.isEmpty { entries.append(LogEntry(time: unknown, stream: stream, data: captured.head)) }
        if !captured.tail.isEmpty || captured.droppedBytes > 0 {
            entries.append(
                LogEntry(time: unknown, stream: stream, data: captured.tail, droppedBytes: captured.droppedBytes)
            )
        }
        return entries
    }
}
