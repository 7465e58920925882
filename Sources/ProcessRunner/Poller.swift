import CSpawn
import Glibc

/// An epoll instance, with a way to wake who waits on it.
final class Poller: Sendable {
    /// What an event is about. Runs go by their number, not by their descriptors: those may be closed, and somebody else's, by
    /// the time the event is looked at. (A control pipe outlives its runs; whose it is now, its table knows.)
    enum Source: Equatable {
        case wakeup
        case guardian(pid_t)
        case minder(Int32)
        case standardOutput(run: UInt32)
        case standardError(run: UInt32)
        case control(Int32)
    }

    private let epoll: Int32
    private let wakeup: Int32

    init() throws(SpawnFailure) {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        wakeup = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard epoll >= 0 && wakeup >= 0 else {
            throw SpawnFailure(.descriptors, errno, "cannot make an epoll instance")
        }
        try add(wakeup, .wakeup)
    }

    deinit {
        close(epoll)
        close(wakeup)
    }

    /// Watches a descriptor until it is closed.
    func add(_ descriptor: Int32, _ source: Source) throws(SpawnFailure) {
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data(u64: source.packed))
        guard epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
            throw SpawnFailure(.descriptors, errno, "cannot watch a descriptor")
        }
    }

    /// Makes ``wait(milliseconds:_:)`` return.
    func wake() {
        _ = eventfd_write(wakeup, 1)  // refused only when the counter is full, and then it wakes anyway
    }

    /// Waits for events, or for some time (-1: for ever), and hands each one over.
    func wait(milliseconds: Int32, _ handle: (Source) -> Void) {
        withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 64) { events in
            let count = epoll_wait(epoll, events.baseAddress, Int32(events.count), milliseconds)
            for event in events.prefix(Int(max(0, count))) {
                guard let source = Source(packed: event.data.u64) else { continue }
                if source == .wakeup {
                    var value: eventfd_t = 0
                    _ = eventfd_read(wakeup, &value)
                }
                handle(source)
            }
        }
    }
}

extension Poller.Source {
    fileprivate var packed: UInt64 {
        switch self {
        case .wakeup: 0
        case .guardian(let pid): 1 << 32 | UInt64(UInt32(bitPattern: pid))
        case .minder(let descriptor): 2 << 32 | UInt64(UInt32(bitPattern: descriptor))
        case .standardOutput(let run): 3 << 32 | UInt64(run)
        case .standardError(let run): 4 << 32 | UInt64(run)
        case .control(let descriptor): 5 << 32 | UInt64(UInt32(bitPattern: descriptor))
        }
    }

    fileprivate init?(packed: UInt64) {
        let number = UInt32(truncatingIfNeeded: packed)
        switch packed >> 32 {
        case 0: self = .wakeup
        case 1: self = .guardian(pid_t(bitPattern: number))
        case 2: self = .minder(Int32(bitPattern: number))
        case 3: self = .standardOutput(run: number)
        case 4: self = .standardError(run: number)
        case 5: self = .control(Int32(bitPattern: number))
        default: return nil
        }
    }
}
