import Glibc
import Synchronization

/// What the callers of a connection share with its thread.
final class ConnectionCore: Sendable {
    /// What the thread finds when it looks.
    struct Orders {
        var requests: [Request] = []
        var isClosed = false
        var blockingWasCancelled = false
    }

    private struct Shared {
        var orders = Orders()
        var wake: WakeUp?
        var isSignalled = false
    }

    let configuration: RedisConfiguration
    let backoff: ReconnectBackoff
    let onEvent: (@Sendable (RedisConnectionEvent) -> Void)?
    let isConnected = Atomic(false)

    private let shared = Mutex(Shared())
    /// The thread's own, except while it sleeps. Whoever locks both locks this one first.
    private let loop = Mutex<ConnectionLoop?>(nil)

    init(
        _ configuration: RedisConfiguration,
        backoff: ReconnectBackoff,
        onEvent: (@Sendable (RedisConnectionEvent) -> Void)?
    ) {
        self.configuration = configuration
        self.backoff = backoff
        self.onEvent = onEvent
    }

    /// Sends a request. On a connection that stands and has nothing else to do it is written here; otherwise it is handed to
    /// the thread, which starts at first use.
    func submit(_ request: Request) {
        switch writeAtOnce(request) {
        case .written: return
        case .begun: shared.withLock { toSignal(&$0) }?.signal()
        case .notNow: handOver(request)
        }
    }

    /// To wake the thread only to have it write would cost more than writing.
    private func writeAtOnce(_ request: Request) -> ConnectionLoop.WriteResult {
        let result = loop.withLockIfAvailable { loop -> ConnectionLoop.WriteResult in
            guard let loop, shared.withLock({ $0.orders.requests.isEmpty && !$0.orders.isClosed }) else {
                return .notNow
            }
            return loop.writeAtOnce(request)
        }
        return result ?? .notNow
    }

    private func handOver(_ request: Request) {
        enum Refusal {
            case closed
            case noThread(String)
        }
        var wake: WakeUp?
        let refusal: Refusal? = shared.withLock { shared in
            guard !shared.orders.isClosed else { return .closed }
            shared.orders.requests.append(request)
            if shared.wake == nil, let reason = startThread(&shared) {
                shared.orders.requests = []
                return .noThread(reason)
            }
            wake = toSignal(&shared)
            return nil
        }
        // Not under the lock: the thread that wakes would only wait for it.
        wake?.signal()
        switch refusal {
        case nil: return
        case .closed: request.fail(.closed, mayHaveRun: false)
        case .noThread(let reason): request.fail(.unreachable, mayHaveRun: false, cause: reason)
        }
    }

    /// Tells the thread that a blocking command on its way has nobody left who waits for it.
    func blockingWasCancelled() {
        shared.withLock { shared in
            shared.orders.blockingWasCancelled = true
            return toSignal(&shared)
        }?.signal()
    }

    /// Tells the thread to fail everything and end. From now on nothing is accepted.
    func close() {
        shared.withLock { shared in
            shared.orders.isClosed = true
            return toSignal(&shared)
        }?.signal()
    }

    /// Takes what has come in. Once it says closed, the thread is to end.
    func takeOrders() -> Orders {
        shared.withLock { shared in
            shared.isSignalled = false
            let orders = shared.orders
            shared.orders.requests = []
            shared.orders.blockingWasCancelled = false
            if orders.isClosed { shared.wake = nil }
            return orders
        }
    }

    /// One signal is enough until the thread has looked.
    private func toSignal(_ shared: inout Shared) -> WakeUp? {
        guard !shared.isSignalled, let wake = shared.wake else { return nil }
        shared.isSignalled = true
        return wake
    }

    private func startThread(_ shared: inout Shared) -> String? {
        guard let wake = WakeUp() else { return "cannot open an event descriptor: \(systemMessage(errno))" }
        do {
            try OwnThread.start(name: "redis") { self.run(wake) }
        } catch {
            return error.reason
        }
        shared.wake = wake
        return nil
    }

    /// The thread: takes steps, and sleeps in between.
    private func run(_ wake: WakeUp) {
        loop.withLock { $0 = ConnectionLoop(self, wake) }
        var socketIsReady = false
        while let sleep = loop.withLock({ $0?.step(socketIsReady: socketIsReady) }) {
            socketIsReady = sleep.wait()
        }
        loop.withLock { $0 = nil }
    }
}
