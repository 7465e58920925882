import RedisClient
import Synchronization

/// What goes on behind a ``JobWatch``.
final class JobWatchLoop: Sendable {
    private enum Signal: Sendable {
        case look
        case away(String)
        case message(channel: String, payload: [UInt8])
    }

    private struct State {
        /// What was told last of each job.
        var told: [JobWatch.Event?]
        var forgotten: Set<Int> = []
        var isAway = false
    }

    private let directory: QueueDirectory
    private let keys: [String]
    /// The places of the jobs, by channel.
    private let places: [String: [Int]]
    private let state: Mutex<State>
    private let consumer: AsyncThrowingStream<JobWatch.Event, any Error>.Continuation
    private let signals: AsyncStream<Signal>
    private let signaller: AsyncStream<Signal>.Continuation

    /// How long to wait before a Redis that did not answer is asked again.
    private static let pause = Duration.seconds(1)

    init(
        _ targets: [JobWatch.Target],
        _ directory: QueueDirectory,
        _ consumer: AsyncThrowingStream<JobWatch.Event, any Error>.Continuation
    ) {
        self.directory = directory
        self.consumer = consumer
        keys = targets.map { directory.queue($0.queue).keys.job($0.id) }
        let channels = targets.map { directory.queue($0.queue).keys.jobEvents($0.id) }
        places = Dictionary(grouping: channels.indices) { channels[$0] }
        state = Mutex(State(told: Array(repeating: nil, count: targets.count)))
        (signals, signaller) = AsyncStream.makeStream()
    }

    func subscribe() throws(QueueError) -> RedisSubscription {
        do {
            return try RedisSubscription(directory.redis.configuration, channels: Array(places.keys)) { [signaller] in
                if case .dialFailed(let reason) = $0 { signaller.yield(.away(reason)) }
            }
        } catch {
            throw QueueError(error, attempted: Self.attempt, queue: nil)
        }
    }

    func forget(_ place: Int) {
        state.withLock { _ = $0.forgotten.insert(place) }
    }

    func lookAgain(_ place: Int) {
        state.withLock { $0.told[place] = nil }
        signaller.yield(.look)
    }

    func run(_ subscription: RedisSubscription, lookEvery interval: Duration) async {
        await withDiscardingTaskGroup { group in
            group.addTask { [signaller] in
                for await event in subscription.messages {
                    switch event {
                    case .subscribed: signaller.yield(.look)
                    case .message(let channel, let payload):
                        signaller.yield(.message(channel: channel, payload: payload))
                    }
                }
                signaller.finish()
            }
            group.addTask { [signaller] in
                while await Self.slept(interval) { signaller.yield(.look) }
            }
            do throws(QueueError) {
                for await signal in signals { try await act(on: signal) }
            } catch {
                consumer.finish(throwing: error)
            }
            group.cancelAll()
        }
        consumer.finish()
    }

    private func act(on signal: Signal) async throws(QueueError) {
        switch signal {
        case .look: try await look()
        case .away(let reason): noteOutage(reason)
        case .message(let channel, let payload):
            let word = String(decoding: payload, as: UTF8.self)
            for place in places[channel] ?? [] {
                if let state = JobState(rawValue: word) {
                    tell(.state(state, at: place))
                } else if word == "deleted" {
                    tell(.gone(at: place))
                }
            }
        }
    }

    /// Reads the states that are stored, and tells those that are news.
    private func look() async throws(QueueError) {
        let forgotten = state.withLock { $0.forgotten }
        let wanted = keys.indices.filter { !forgotten.contains($0) }
        guard let replies = try await read(wanted.map { RedisCommand("HGET", keys[$0], "state") }) else { return }
        if state.withLock({ state in
            defer { state.isAway = false }
            return state.isAway
        }) {
            consumer.yield(.restored)
        }
        for (place, reply) in zip(wanted, replies) {
            if reply.isNull { tell(.gone(at: place), onlyNews: true) }
            if let known = reply.string.flatMap(JobState.init(rawValue:)) {
                tell(.state(known, at: place), onlyNews: true)
            }
        }
    }

    /// Asks until there is an answer. Nil when nobody waits for it any more.
    private func read(_ commands: [RedisCommand]) async throws(QueueError) -> [RESPValue]? {
        while !Task.isCancelled {
            do throws(QueueError) {
                return try await directory.redis.readings(commands, attempting: Self.attempt)
            } catch {
                guard error.isOutage else { throw error }
                noteOutage(error.reason)
                guard await Self.slept(Self.pause) else { return nil }
            }
        }
        return nil
    }

    private func noteOutage(_ reason: String) {
        let isNew = state.withLock { state in
            defer { state.isAway = true }
            return !state.isAway
        }
        if isNew { consumer.yield(.outage(reason)) }
    }

    private func tell(_ event: JobWatch.Event, onlyNews: Bool = false) {
        let place: Int
        switch event {
        case .state(_, let at), .gone(let at): place = at
        case .outage, .restored: return
        }
        let isNews = state.withLock { state in
            defer { state.told[place] = event }
            return state.told[place] != event
        }
        if isNews || !onlyNews { consumer.yield(event) }
    }

    /// Returns false when the task was cancelled instead.
    private static func slept(_ duration: Duration) async -> Bool {
        do {
            try await Task.sleep(for: duration)
            return true
        } catch {
            return false
        }
    }

    private static let attempt = "watch the jobs"
}
