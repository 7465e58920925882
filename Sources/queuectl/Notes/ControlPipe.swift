import Glibc
import QueueKit
import QueueWorker
import RedisClient

/// The pipe by which the job that this process belongs to talks to its worker.
struct ControlPipe {
    private let path: String

    /// Finds it. Throws if this process belongs to no job.
    init(attempting attempt: String) throws(Failure) {
        guard let path = Environment.value(JobEnvironment.control) else {
            let advice = "this works only inside a job, where \(JobEnvironment.control) is set"
            throw Failure(.usage, "Cannot \(attempt): \(advice)")
        }
        self.path = path
    }

    /// Writes a note. Up to 4,096 bytes arrive in one piece; a longer one may mix with that of another process.
    func write(_ note: RunNote, attempting attempt: String) throws(Failure) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw failure(attempt, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else {
            throw Failure(.failed, "Cannot \(attempt): \(shownPath) is not a pipe")
        }
        var rest = Array(note.line.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { throw failure(attempt, errno) }
        }
    }

    private var shownPath: String { TerminalText.escape(path) }

    private func failure(_ attempt: String, _ number: Int32) -> Failure {
        let advice =
            switch number {
            case ENOENT: ". The worker has ended, or this process cannot see it in /proc"
            case EACCES: ". Only the worker's own user can talk to it"
            default: ""
            }
        return Failure(.failed, "Cannot \(attempt): \(shownPath): \(systemMessage(number))\(advice)")
    }
}
