import Glibc
import Synchronization

/// Whether somebody wants a command that works in steps to end. A step that hangs is ended by asking twice.
final class Interruption: Sendable {
    private let first = Atomic<Int32>(0)

    /// From now on Ctrl-C and TERM no longer end the process, the first time.
    init() throws(Failure) {
        try SignalWatch.start([SIGINT, SIGTERM]) { [self] number in
            let (isFirst, _) = first.compareExchange(expected: 0, desired: number, ordering: .relaxed)
            if !isFirst { _exit(128 + number) }
        }
    }

    /// The number of the signal that came, if one has.
    var number: Int32? {
        let number = first.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }
}
