import CHiredis
import Glibc

/// An event descriptor: any thread signals it, the thread that polls it wakes.
package final class WakeUp: Sendable {
    package let descriptor: Int32

    /// Nil when the process has no descriptor left; `errno` says so.
    package init?() {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        if descriptor < 0 { return nil }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Wakes the poller. Signals that it has not yet seen fall together.
    package func signal() {
        eventfd_write(descriptor, 1)
    }

    /// Forgets the signals so far.
    package func clear() {
        var count: eventfd_t = 0
        eventfd_read(descriptor, &count)
    }
}
