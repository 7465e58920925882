/// Follows what a job prints, on whatever host it runs, until it has come to its end.
///
/// ```swift
/// for try await event in queue.follow(id, .all) {
///     switch event {
///     case .output(let entry): show(entry.data, on: entry.stream)
///     case .jobEnded(let job): return job?.exitCode
///     case .attemptBegan, .attemptEnded, .caughtUp: break
///     }
/// }
/// ```
///
/// A job that waits is waited for, and a retry goes on with the next attempt. Everything that was printed and is kept comes
/// before the end that it led to: a worker writes the last output of a run before it settles it.
///
/// Nothing is polled. Each iteration has two connections of its own: one blocks in `XREAD` for output, the other listens
/// to the channel of the job. Messages are hints only: what is stored is read again after each, after every connection,
/// and every half minute. While Redis is away the iteration waits for it, except for its very first reading.
///
/// Memory: one batch of output, and what is kept of a run when its end is met.
public struct LogFollower: AsyncSequence, Sendable {
    /// Which attempts of the job to follow.
    public enum Attempts: Sendable, Hashable {
        /// The one that runs, or has run last, and all that come after it.
        case latest
        /// All, from the first: for whoever has just enqueued the job.
        case all
        /// This one alone, counted from 1. It is waited for while it may still come.
        case only(Int)
    }

    /// What is told.
    public enum Event: Sendable {
        /// An attempt has begun; the output that comes from now on is its.
        case attemptBegan(Int)
        /// It printed this.
        case output(LogEntry)
        /// It is over, and all that is kept of its output has been told. The job may run again.
        case attemptEnded(Int)
        /// Everything that stood in Redis when following began has been told. Comes once.
        case caughtUp
        /// The job is completed, dead or cancelled, as it says; nil if it was deleted or replaced. Comes last, unless one
        /// attempt alone is followed that ended before.
        case jobEnded(Job?)
    }

    private let queue: JobQueue
    private let id: JobID
    private let attempts: Attempts

    init(of id: JobID, in queue: JobQueue, _ attempts: Attempts) {
        self.id = id
        self.queue = queue
        self.attempts = attempts
    }

    /// Makes an iterator. Nothing is sent before its first step. Its connections close with it.
    public func makeAsyncIterator() -> Iterator {
        Iterator(following: Following(of: id, in: queue, attempts))
    }

    /// Gives the events, one by one. Ends without an event when its task is cancelled.
    public struct Iterator: AsyncIteratorProtocol {
        let following: Following

        /// Waits for the next event; nil when the last has been told.
        ///
        /// - Throws: `QueueError` when Redis cannot be reached at first, or refuses.
        public mutating func next() async throws -> Event? {
            try await following.next()
        }
    }
}

extension JobQueue {
    /// Follows what a job of this queue prints until it is over. Nothing is sent before it is iterated.
    public func follow(_ id: JobID, _ attempts: LogFollower.Attempts = .latest) -> LogFollower {
        LogFollower(of: id, in: self, attempts)
    }
}
