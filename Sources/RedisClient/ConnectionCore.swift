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
    /// How the connection is secured that stood last.
    let security = Mutex<RedisSecurity?>(nil)

    private let shared = Mutex(Shared())

    init(
        _ configuration: RedisConfiguration,
        backoff: ReconnectBackoff,
        onEvent: (@Sendable (RedisConnectionEvent) -> Void)?
    ) {
        self.configuration = configuration
        self.backoff = backoff
        self.onEvent = onEvent
    }

    /// Hands a request to the thread, starting it at first use.
    func submit(_ request: Request) {
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
            try OwnThread.start(name: "redis") { ConnectionLoop(self, wake).run() }
        } catch {
            return error.reason
        }
        shared.wake = wake
        return nil
    }
}
