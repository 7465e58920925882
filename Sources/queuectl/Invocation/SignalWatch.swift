import Glibc
import RedisClient
import Synchronization

/// Hands signals to a function instead of letting them end the process. One per process, for the rest of its life.
///
/// From the moment it is made no signal is lost: a handler puts each into a pipe, which a thread of its own reads.
/// (A dispatch source would first have to have them ignored, and loses those that come before it is set up.)
enum SignalWatch {
    // Safe because it is written once, before the handler that reads it is installed.
    nonisolated(unsafe) private static var writingEnd: Int32 = -1

    static func start(_ signals: [Int32], _ handle: @escaping @Sendable (Int32) -> Void) throws(Failure) {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw Failure(.failed, "Cannot watch for signals: \(systemMessage(errno))")
        }
        let readingEnd = ends[0]
        writingEnd = ends[1]
        do {
            try OwnThread.start(name: "signals") {
                var number: UInt8 = 0
                while read(readingEnd, &number, 1) == 1 || errno == EINTR { handle(Int32(number)) }
            }
        } catch {
            throw Failure(.failed, "Cannot watch for signals: \(error.reason)")
        }
        for number in signals {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                let before = errno
                var byte = UInt8(truncatingIfNeeded: number)
                _ = write(SignalWatch.writingEnd, &byte, 1)
                errno = before
            }
            action.sa_flags = Int32(SA_RESTART)
            sigaction(number, &action, nil)
        }
    }
}
