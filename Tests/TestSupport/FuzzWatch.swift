import Glibc
import RedisClient
import Synchronization

/// Knows at which case a thread is, for when the process does not get to say it: it traps, or goes round in circles.
final class FuzzWatch: Sendable {
    private let name: StaticString
    private let seed: UInt64
    private let number = Atomic(-1)
    private let isOver = Atomic(false)

    /// In tenths of a second.
    private static let patience = 600

    /// Watches over this thread, until ``end()``.
    init(_ name: StaticString, seed: UInt64) throws {
        self.name = name
        self.seed = seed
        _ = Self.handlers
        pthread_setspecific(Self.key, Unmanaged.passUnretained(self).toOpaque())
        try OwnThread.start(name: "fuzz-watch") { self.waitForProgress() }
    }

    /// The next case begins.
    func begin(_ number: Int) { self.number.store(number, ordering: .relaxed) }

    /// All is done.
    func end() {
        pthread_setspecific(Self.key, nil)
        isOver.store(true, ordering: .relaxed)
    }

    private func waitForProgress() {
        var last = -1
        var silence = 0
        while !isOver.load(ordering: .relaxed) {
            usleep(100_000)
            let now = number.load(ordering: .relaxed)
            silence = now == last ? silence + 1 : 0
            last = now
            guard silence < Self.patience else {
                say("takes longer than a minute")
                abort()
            }
        }
    }

    /// The watch of each thread.
    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    /// Installed once. They say where it was; the signal comes again, and ends the process as it would have without them.
    private static let handlers: Void = {
        for signal in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { _ in
                guard let watch = pthread_getspecific(FuzzWatch.key) else { return }
                Unmanaged<FuzzWatch>.fromOpaque(watch).takeUnretainedValue().say("trapped")
            }
            action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
            sigaction(signal, &action, nil)
        }
    }()

    /// Writes a line. Allocates nothing: what has trapped may be the allocator.
    private func say(_ what: StaticString) {
        Self.write("\nfuzz: ")
        Self.write(name)
        Self.write(", seed ")
        Self.write(seed)
        Self.write(", case ")
        Self.write(UInt64(number.load(ordering: .relaxed).magnitude))
        Self.write(" ")
        Self.write(what)
        Self.write("\n")
    }

    private static func write(_ text: StaticString) {
        _ = Glibc.write(2, text.utf8Start, text.utf8CodeUnitCount)
    }

    private static func write(_ number: UInt64) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var rest = number
            var start = digits.count
            repeat {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            } while rest > 0
            _ = Glibc.write(2, digits.baseAddress?.advanced(by: start), digits.count - start)
        }
    }
}
