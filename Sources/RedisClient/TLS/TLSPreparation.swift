import Synchronization

/// Reads what TLS needs from files, without holding anybody up: a file system that hangs has no deadline, the connection's thread has.
final class TLSPreparation: Sendable {
    private let outcome = Mutex<Result<TLSContext, RedisTLSError>?>(nil)

    /// What sessions are made from, once it is there.
    var result: Result<TLSContext, RedisTLSError>? { outcome.withLock { $0 } }

    /// Starts to read and signals `wake` when that has ended.
    init(_ settings: RedisTLS, wake: WakeUp) {
        do {
            try OwnThread.start(name: "redis-tls", stackBytes: 1024 * 1024) {
                let read = Result { () throws(RedisTLSError) in try TLSContext(settings) }
                self.outcome.withLock { $0 = read }
                wake.signal()
            }
        } catch {
            outcome.withLock { $0 = .failure(RedisTLSError(error.reason)) }
        }
    }
}
