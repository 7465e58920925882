import CHiredis
import Glibc

/// A thread for work that may block, so that none of it sits on the cooperative pool.
package enum OwnThread {
    /// Says that the system gave no thread, with the reason in words.
    package struct StartError: Error {
        package let reason: String
    }

    private final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void

        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// Starts a detached thread that ends when `run` returns. It takes no signals: those are for the threads
    /// that expect them. The system keeps the first 15 bytes of the name.
    package static func start(
        name: String,
        stackBytes: Int = 256 * 1024,
        _ run: @escaping @Sendable () -> Void
    ) throws(StartError) {
        let body = Unmanaged.passRetained(Body(name: name, run: run))
        // A thread starts with its creator's mask.
        let mask = blockAllSignals()
        let status = create(stackBytes: stackBytes, argument: body.toOpaque())
        restoreSignals(mask)
        if status != 0 {
            body.release()
            throw StartError(reason: "cannot start a thread: \(systemMessage(status))")
        }
    }

    private static func create(stackBytes: Int, argument: UnsafeMutableRawPointer) -> Int32 {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, stackBytes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let status = pthread_create(&thread, &attributes, threadMain, argument)
        pthread_attr_destroy(&attributes)
        return status
    }

    private static let threadMain: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
        if let argument {
            let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
            queuectl_name_this_thread(body.name)
            body.run()
        }
        return nil
    }

    private static func blockAllSignals() -> sigset_t {
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        return before
    }

    private static func restoreSignals(_ mask: sigset_t) {
        var mask = mask
        pthread_sigmask(SIG_SETMASK, &mask, nil)
    }
}

/// The system's words for an error number.
package func systemMessage(_ number: Int32) -> String {
    strerror(number).map { String(cString: $0) } ?? "error \(number)"
}
