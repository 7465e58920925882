import CHiredis
import Glibc

/// An event descriptor: any thread signals it, the thread that polls it wakes.
final class WakeUp: Sendable {
    let descriptor: Int32

    /// Nil when the process has no descriptor left; `errno` says so.
    init?() {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        if descriptor < 0 { return nil }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Wakes the poller. Signals that it has not yet seen fall together.
    func signal() {
        eventfd_write(descriptor, 1)
    }

    /// Forgets the signals so far.
    func clear() {
        var count: eventfd_t = 0
        eventfd_read(descriptor, &count)
    }
}
