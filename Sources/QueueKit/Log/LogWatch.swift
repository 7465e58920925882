import RedisClient
import Synchronization

/// Tells when there may be something new of a job: by its channel, and by a blocking read of its logs.
///
/// One read is under way at a time, and a next one only when its answer was taken: a slow consumer is not overrun.
final class LogWatch: Sendable {
    /// What it tells.
    enum Signal: Sendable {
        /// The job may have changed, or messages may have been missed.
        case changed
        /// The answer to a read; null when nothing came for long.
        case output(RESPValue)
        /// The read failed.
        case failed(RedisError)
    }

    /// A log, and the last of its entries that is known.
    struct Place: Sendable, Hashable {
        let key: String
        let after: Int64
    }

    private struct Read {
        var keys: [String] = []
        var number = 0
        var isUnderWay = false
        var task: Task<Void, Never>?
    }

    private let subscription: RedisSubscription
    private let connection: RedisConnection
    private let signals: AsyncStream<Signal>
    private let continuation: AsyncStream<Signal>.Continuation
    private let current = Mutex(Read())

    /// How long one read blocks. Whatever a message should have told and did not is seen after this time.
    private static let longestBlock = Duration.seconds(30)

    init(_ queue: JobQueue, _ id: JobID) throws(QueueError) {
        do {
            subscription = try RedisSubscription(queue.redis.configuration, channels: [queue.keys.jobEvents(id)])
        } catch {
            throw QueueError(error, attempted: "follow job \(id)", queue: queue.name)
        }
        connection = RedisConnection(queue.redis.configuration)
        (signals, continuation) = AsyncStream.makeStream(of: Signal.self)
        Task { [messages = subscription.messages, continuation] in
            for await _ in messages { continuation.yield(.changed) }
        }
    }

    deinit { close() }

    /// Ends everything. Harmless when repeated.
    func close() {
        current.withLock { $0.task?.cancel() }
        subscription.close()
        connection.close()
        continuation.finish()
    }

    /// Waits for something; nil when the task is cancelled.
    func signal() async -> Signal? {
        for await signal in signals { return signal }
        return nil
    }

    /// Starts to read, unless that is under way.
    func read(_ places: [Place]) {
        let keys = places.map(\.key)
        let number = current.withLock { read -> Int? in
            if read.isUnderWay, read.keys == keys { return nil }
            // The job has come further than that read would see.
            if read.isUnderWay { read.task?.cancel() }
            read.keys = keys
            read.number += 1
            read.isUnderWay = true
            return read.number
        }
        guard let number else { return }
        let command = Self.command(places)
        let task = Task { [weak self, connection] in
            let signal: Signal
            do throws(RedisError) {
                signal = .output(try await connection.sendBlocking(command, blockFor: Self.longestBlock))
            } catch {
                signal = .failed(error)
            }
            self?.answered(number, signal)
        }
        current.withLock { if $0.number == number { $0.task = task } }
    }

    private func answered(_ number: Int, _ signal: Signal) {
        let isCurrent = current.withLock { read in
            guard read.number == number else { return false }
            read.isUnderWay = false
            return true
        }
        if isCurrent { continuation.yield(signal) }
    }

    private static func command(_ places: [Place]) -> RedisCommand {
        var command = RedisCommand("XREAD", "COUNT", "64", "BLOCK", String(longestBlock.wholeMilliseconds), "STREAMS")
        for place in places { command.append(place.key) }
        for place in places { command.append("\(place.after)-0") }
        return command
    }
}
