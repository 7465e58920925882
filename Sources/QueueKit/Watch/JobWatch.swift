import RedisClient

/// Tells how jobs move, in any queues of a server, over one connection and without asking again and again.
///
/// It subscribes to the jobs' channels first, then reads their stored states, then passes on what is published; so no
/// move is missed. After a lost connection it does the same again, and it reads every now and then in any case, since a
/// message is only a hint. Redis may go away meanwhile: that is told, and waited out.
public struct JobWatch: Sendable {
    /// A job to be watched.
    public struct Target: Hashable, Sendable {
        /// The queue that it is in.
        public let queue: QueueName
        /// Its id.
        public let id: JobID

        /// Names a job.
        public init(_ id: JobID, in queue: QueueName) {
            self.queue = queue
            self.id = id
        }
    }

    /// What is told. A number is a place in the list of targets.
    public enum Event: Hashable, Sendable {
        /// The job is in this state, or was for a moment: its hash may be further on.
        case state(JobState, at: Int)
        /// There is no such job, or no longer.
        case gone(at: Int)
        /// Redis is out of reach, for this reason. The watch goes on by itself.
        case outage(String)
        /// Redis is back.
        case restored
    }

    /// What happens, for one consumer: the state of each job as it is now, then its moves. Ends after ``close()``, and
    /// closes when nobody listens any more. Throws `QueueError` when Redis refuses what the watch needs.
    public let events: AsyncThrowingStream<Event, any Error>

    private let continuation: AsyncThrowingStream<Event, any Error>.Continuation
    private let loop: JobWatchLoop

    /// Begins to watch one or more jobs.
    ///
    /// - Parameter lookEvery: how often to read the states although nothing was told.
    /// - Throws: `QueueError` only if this process gets no thread or descriptor for it.
    public init(
        _ targets: [Target],
        in directory: QueueDirectory,
        lookEvery: Duration = .seconds(30)
    ) throws(QueueError) {
        let (events, continuation) = AsyncThrowingStream.makeStream(of: Event.self)
        let loop = JobWatchLoop(targets, directory, continuation)
        let subscription = try loop.subscribe()
        let work = Task { await loop.run(subscription, lookEvery: lookEvery) }
        continuation.onTermination = { _ in
            work.cancel()
            subscription.close()
        }
        self.events = events
        self.continuation = continuation
        self.loop = loop
    }

    /// Reads no more of a job that is of no interest any more.
    public func forget(at place: Int) {
        loop.forget(place)
    }

    /// Reads the state of a job once more, as soon as Redis answers, and tells it although it was told before.
    public func lookAgain(at place: Int) {
        loop.lookAgain(place)
    }

    /// Ends the watch. Harmless when repeated.
    public func close() {
        continuation.finish()
    }
}
