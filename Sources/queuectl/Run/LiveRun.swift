import Glibc
import QueueKit
import Synchronization

/// A job that stands for a command in a terminal or pipeline: its output, its end, and what Ctrl-C does to it.
final class LiveRun: Sendable {
    private let id: JobID
    private let queue: JobQueue
    private let console: Console
    private let redaction: Redaction
    /// The signal for which the job was cancelled.
    private let cancelledBy = Mutex<Int32?>(nil)

    init(of id: JobID, in queue: JobQueue, hiding redaction: Redaction, _ console: Console) {
        self.redaction = redaction
        self.id = id
        self.queue = queue
        self.console = console
    }

    /// Follows the job to its end, and returns what a shell would see of the command.
    func run(_ interrupts: Interrupts) async throws -> Int32 {
        let watch = Task {
            var isFirst = true
            for await number in interrupts.numbers {
                if !isFirst { leave(number) }
                isFirst = false
                await cancel(for: number)
            }
        }
        defer { watch.cancel() }
        let remark = Task { await remarkOnWaiting() }
        defer { remark.cancel() }
        let job = try await follow().redacted(by: redaction)
        if console.isJSON { console.report(job.jsonValue) }
        if job.state == .cancelled, let number = cancelledBy.withLock({ $0 }) { return 128 + number }
        if let why = Self.why(of: job) { console.note("queuectl: job \(id): \(TerminalText.escape(why))") }
        return job.reason == "timeout" ? ExitStatus.timedOut.rawValue : JobExit.code(of: job)
    }

    /// Why the job failed, unless its exit code and what it has printed tell that already.
    private static func why(of job: Job) -> String? {
        guard let reason = job.reason else { return nil }
        switch reason {
        case "exit": return job.error.flatMap { $0.hasPrefix("exited with code ") ? nil : $0 }
        case "signal": return job.error.flatMap { $0.hasPrefix("killed by ") ? nil : $0 }
        default: return job.error ?? reason
        }
    }

    private func follow() async throws -> Job {
        // Its worker has hidden what is configured; here it may stand for a program whose bytes count.
        var printer = LogPrinter(on: console)
        for try await event in queue.follow(id, .all) {
            switch event {
            case .attemptBegan(let number):
                printer.begin(attempt: number)
                if number > 1 { console.note("queuectl: attempt \(number) of job \(id)") }
            case .output(let entry): printer.print(entry)
            case .attemptEnded: printer.end()
            case .caughtUp: break
            case .jobEnded(let job?):
                printer.end()
                return job
            case .jobEnded(nil):
                throw Failure(.notFound, "Job \(id) in \"\(queue.name)\" was deleted before it had ended")
            }
            console.flush()
            // A command in its place would have been ended by the next thing that it printed.
            if console.isClosed { await cancel(for: SIGPIPE) }
        }
        throw Failure(.failed, "Cannot follow job \(id) any more. See queuectl logs \(id)")
    }

    /// Cancels the job, once.
    private func cancel(for number: Int32) async {
        let isFirst = cancelledBy.withLock { by in
            defer { by = by ?? number }
            return by == nil
        }
        guard isFirst else { return }
        if number != SIGPIPE { console.remark("queuectl: Cancelling job \(id). Once more leaves it") }
        do throws(QueueError) {
            _ = try await queue.cancel([id])
        } catch {
            cancelledBy.withLock { $0 = nil }
            console.remark("queuectl: \(error)")
        }
    }

    /// Ends the process at once: who asks twice does not want to wait for anything, not even for who reads our output.
    private func leave(_ number: Int32) -> Never {
        let wish = cancelledBy.withLock { $0 } == nil ? "It goes on" : "It is being cancelled"
        console.remark("queuectl: Left job \(id). \(wish): queuectl logs -f \(id), queuectl cancel \(id)")
        _exit(128 + number)
    }

    /// Tells why nothing happens, if that is known.
    private func remarkOnWaiting() async {
        do throws(QueueError) {
            let status = try await queue.status(heartbeat: QueueConfiguration().heartbeat)
            if status.pausedSince != nil {
                console.remark(
                    "queuectl: The queue \(queue.name) is paused; the job waits. Resume it: queuectl resume --queue \(queue.name)"
                )
            } else if status.workers == 0 {
                let flag = queue.name == .default ? "" : " --queue \(queue.name)"
                console.remark(
                    "queuectl: No worker serves \(queue.name); the job waits. Start one: queuectl worker start\(flag)"
                )
            }
        } catch {
            // Who follows the job says so too.
        }
    }
}
