import QueueKit
import RedisClient

/// Sees workers go: by the message that each sends, and by looking at the list every second, in case one was missed.
struct WorkerWatch {
    private let session: Session
    private let subscription: RedisSubscription
    private let signals: AsyncStream<Signal>
    private let continuation: AsyncStream<Signal>.Continuation

    private enum Signal: Sendable {
        case subscribed
        case stopped(String)
        case tick
    }

    init(_ session: Session) throws(RedisError) {
        self.session = session
        subscription = try RedisSubscription(session.configuration, channels: [session.directory.workerEvents])
        (signals, continuation) = AsyncStream.makeStream(of: Signal.self)
        Task { [messages = subscription.messages, continuation] in
            for await event in messages {
                switch event {
                case .subscribed: continuation.yield(.subscribed)
                case .message(_, let payload): continuation.yield(.stopped(String(decoding: payload, as: UTF8.self)))
                }
            }
        }
        Task { [continuation] in
            while !Task.isCancelled {
                try await Task.sleep(for: .seconds(1))
                if case .terminated = continuation.yield(.tick) { return }
            }
        }
    }

    /// Ends it.
    func close() {
        subscription.close()
        continuation.finish()
    }

    /// Waits until messages are received, or for a second: without them it only takes longer.
    func isListening() async {
        for await _ in signals { return }
    }

    /// Waits until all of these are gone, telling of each. Returns those that are left when the time is over.
    func waitUntilGone(
        _ workers: Set<WorkerID>,
        within limit: Duration,
        _ tell: (WorkerID) -> Void
    ) async throws(QueueError) -> Set<WorkerID> {
        var left = workers
        let end = ContinuousClock.now + limit
        for await signal in signals {
            var gone: Set<WorkerID> = []
            switch signal {
            case .stopped(let text): gone = left.filter { text == "stopped \($0)" }
            case .subscribed, .tick:
                // The entry of one that was killed expires.
                gone = left.subtracting(try await session.directory.workers().map(\.id))
            }
            for id in gone.sorted(by: { $0.description < $1.description }) { tell(id) }
            left.subtract(gone)
            if left.isEmpty || ContinuousClock.now >= end { break }
        }
        return left
    }
}
