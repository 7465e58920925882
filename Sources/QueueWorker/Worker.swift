import QueueKit
import RedisClient
import ServiceLifecycle

/// A worker: claims jobs of its queues, runs them in its slots, and settles them.
///
/// Its duties, each in a file of its own:
/// - one `QueueFeed` per queue claims, and waits without polling on a connection of its own;
/// - one `Exchange` per queue carries claims, and how runs ended, to Redis, and does not give up on the latter;
/// - one `Sweep` per queue finds damage and repairs it, when it is this worker's turn;
/// - the `Heart` renews leases and registration on a thread and connection of its own, and stops what cannot be kept;
/// - `Control` hears what it is told: signals for jobs, and that something was stored for it; then the heart beats at once.
///
/// It is a `Service`: in a `ServiceGroup`, graceful shutdown and cancellation stop it gracefully.
public final class Worker: Service {
    private let options: WorkerOptions
    private let executor: any JobExecutor
    private let shared: SharedState
    private let namespace: String
    private let redis: RedisConfiguration
    private let commands: RedisConnection

    /// Makes a worker. No I/O.
    ///
    /// - Parameters:
    ///   - executor: runs the jobs; the worker shuts it down when it ends.
    ///   - onEvent: called on any thread, must not block.
    public init(
        _ options: WorkerOptions,
        redis: RedisConfiguration,
        namespace: String = JobQueue.standardNamespace,
        executor: any JobExecutor,
        onEvent: @escaping @Sendable (WorkerEvent) -> Void = { _ in }
    ) {
        self.options = options
        self.redis = redis
        self.namespace = namespace
        self.executor = executor
        self.shared = SharedState(options, onEvent: onEvent)
        self.commands = RedisConnection(redis)
    }

    /// Its id.
    public var id: WorkerID { options.id }

    /// How to stop a worker.
    public enum Stop: Sendable {
        /// Claim no more; running jobs get the shutdown timeout, and are then stopped and released.
        case gracefully
        /// Stop running jobs at once and release them.
        case now
    }

    /// Stops the worker; `run` returns when it is done. Harmless when repeated. Any thread.
    public func stop(_ how: Stop = .gracefully) {
        shared.stop(.asked)
        if how == .now { shared.held.stopAll(.shutdown, now: true) }
    }

    /// Takes no new jobs until `resume`; running ones go on.
    public func quiet() {
        shared.quiet()
    }

    /// Takes jobs again after `quiet`.
    public func resume() {
        shared.resume()
    }

    /// Runs the worker until it is stopped. With Redis out of reach it waits, and goes on by itself.
    ///
    /// - Throws: ``WorkerError`` if it cannot start; nothing has been claimed then.
    public func run() async throws {
        let directory = QueueDirectory(namespace: namespace, redis: commands)
        let startedAt = Timestamp.now()
        let heart = try Heart(
            shared: shared,
            directory: directory,
            connection: RedisConnection(redis, backoff: Heart.backoff),
            registration: { [self] in registration(startedAt: startedAt) }
        )
        let control = try listen(on: directory.controlChannel(of: id))
        // Tells the registry, and finds out whether Redis is there to settle with.
        shared.whenStopping { heart.beatNow() }
        shared.held.whenExpectedComes { heart.beatNow() }
        try heart.start()
        // Not a child of this task: when that is cancelled, the worker ends in good order instead of at once.
        let life = Task {
            await shared.reached(.running)
            if !shared.isStopping { shared.report(.ready(shared.configuration)) }
            await work(heart, directory, control)
            await leave(heart, directory, startedAt: startedAt)
        }
        await withTaskCancellationOrGracefulShutdownHandler {
            await life.value
        } onCancelOrGracefulShutdown: {
            self.stop()
        }
    }

    private func work(_ heart: Heart, _ directory: QueueDirectory, _ control: RedisSubscription) async {
        let taskExecutor = executor.taskExecutor
        let exchanges = shared.queues.map {
            Exchange(queue: directory.queue($0), shared: shared, taskExecutor: taskExecutor)
        }
        let feeds = shared.queues.enumerated().map { place, queue in
            QueueFeed(
                directory.queue(queue),
                place: place,
                exchange: exchanges[place],
                waiting: RedisConnection(redis),
                verifying: options.signatures.keys,
                shared: shared
            )
        }
        let logs = LogGate()
        let ending = Ending(shared: shared, options: options, feeds: feeds.count) { [commands] in
            logs.abandon()
            for exchange in exchanges { exchange.abandon() }
            for feed in feeds { feed.abandon() }
            commands.close()
        }
        let idleness = Idleness(shared)
        let watch = Task { await idleness.endWhenIdle() }
        defer { watch.cancel() }
        let sweeps = Task { [shared, options] in
            await withDiscardingTaskGroup { sweeps in
                for queue in shared.queues {
                    let sweep = Sweep(directory.queue(queue), every: options.sweepInterval, shared: shared)
                    sweeps.addTask { await sweep.run() }
                }
            }
        }
        shared.whenStopping { sweeps.cancel() }
        await withDiscardingTaskGroup { duties in
            duties.addTask { await Control(shared: self.shared, heart: heart).run(control) }
            await withDiscardingTaskGroup { work in
                work.addTask { await ending.superviseUntilIdle() }
                for (feed, exchange) in zip(feeds, exchanges) {
                    let runner = JobRun(
                        executor: self.executor,
                        exchange: exchange,
                        progress: ProgressReporter(queue: directory.queue(feed.name), shared: self.shared),
                        queue: directory.queue(feed.name),
                        signatures: self.options.signatures,
                        logs: logs,
                        shared: self.shared
                    )
                    self.shared.whenStopping { feed.wake() }
                    work.addTask(executorPreference: taskExecutor) {
                        await feed.run { job, slot in await runner.perform(job, slot: slot) }
                        ending.feedHasEnded()
                    }
                }
            }
            control.close()
        }
        // They were cancelled when the worker began to stop; what they have repaired is told before it has ended.
        await sweeps.value
    }

    private func listen(on channel: String) throws(WorkerError) -> RedisSubscription {
        do {
            return try RedisSubscription(redis, channels: [channel])
        } catch {
            throw WorkerError("cannot listen for control messages: \(error)")
        }
    }

    private func leave(_ heart: Heart, _ directory: QueueDirectory, startedAt: Timestamp) async {
        // Before the entry is taken off the list: a beat that came later would put it back.
        await heart.stop()
        executor.shutdown()
        var left: LeftJobs?
        do {
            if shared.isHealthy {
                if shared.endReason == .drained { left = try await leftJobs(directory) }
                try await directory.deregister(registration(startedAt: startedAt))
            }
        } catch {
            // Redis is away: the entry expires.
        }
        commands.close()
        shared.report(.stopped(shared.endReason, left: left))
    }

    private func leftJobs(_ directory: QueueDirectory) async throws(QueueError) -> LeftJobs {
        var left = LeftJobs(waiting: 0, pending: 0)
        for queue in shared.queues {
            let jobs = try await directory.queue(queue).status(heartbeat: shared.configuration.heartbeat).jobs
            left.waiting += (jobs[.scheduled] ?? 0) + (jobs[.failed] ?? 0)
            left.pending += jobs[.pending] ?? 0
        }
        return left
    }

    private func registration(startedAt: Timestamp) -> WorkerRegistration {
        let states: [SharedState.Phase: WorkerRegistration.State] = [.quiet: .quiet, .stopping: .stopping]
        return WorkerRegistration(
            id: id,
            queues: shared.queues,
            weights: options.order.weights(of: shared.queues),
            slots: shared.slots.count,
            state: states[shared.phase] ?? .running,
            startedAt: startedAt,
            version: options.version,
            seenAt: .now()
        )
    }
}
