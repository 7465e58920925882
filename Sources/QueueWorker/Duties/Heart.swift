import Glibc
import QueueKit
import RedisClient
import Synchronization

/// Keeps the worker's leases, on a thread and a connection of its own: neither long jobs, nor a starved pool, nor a
/// blocked connection can keep it from beating, or from stopping jobs whose leases cannot be kept.
final class Heart: Sendable {
    private let shared: SharedState
    private let directory: QueueDirectory
    private let connection: RedisConnection
    private let bell: WakeUp
    private let isStopped = Atomic(false)
    private let registration: @Sendable () -> WorkerRegistration
    /// Ends when the thread does.
    private let beating: AsyncStream<Never>
    private let hasEnded: AsyncStream<Never>.Continuation

    /// A heart that beats again after an outage has to be heard within one and a half heartbeats, or its leases are taken for lost.
    /// Its own pace keeps it from dialling too often.
    static let backoff = ReconnectBackoff(first: .milliseconds(20), longest: .milliseconds(50))

    /// - Throws: ``WorkerError`` when the process has no descriptor left.
    init(
        shared: SharedState,
        directory: QueueDirectory,
        connection: RedisConnection,
        registration: @escaping @Sendable () -> WorkerRegistration
    ) throws(WorkerError) {
        guard let bell = WakeUp() else { throw WorkerError("cannot start the heartbeat: \(systemMessage(errno))") }
        self.shared = shared
        self.directory = directory
        self.connection = connection
        self.bell = bell
        self.registration = registration
        (beating, hasEnded) = AsyncStream.makeStream()
    }

    /// Starts to beat, at once.
    func start() throws(WorkerError) {
        do {
            try OwnThread.start(name: "heart") {
                self.run()
                self.hasEnded.finish()
            }
        } catch {
            throw WorkerError("cannot start the heartbeat: \(error.reason)")
        }
    }

    /// Beats now: something may have been stored for this worker.
    func beatNow() { bell.signal() }

    /// Ends the thread, and waits until it has ended. A beat under way may come to its end, unless that takes long.
    func stop() async {
        isStopped.store(true, ordering: .releasing)
        bell.signal()
        let cut = Task { [connection] in
            try await Task.sleep(for: .milliseconds(500))
            connection.close()
        }
        for await _ in beating {}
        cut.cancel()
        connection.close()
    }

    private func run() {
        var due = BootTime.now()
        while !isStopped.load(ordering: .acquiring) {
            fence()
            var isRung = false
            if due > .now() { isRung = sleep(until: min(due, shared.held.nextFence ?? due)) }
            fence()
            guard isRung || due <= .now(), !isStopped.load(ordering: .acquiring) else { continue }
            let hasBeaten = beat()
            // Unanswered, it is tried again soon: the time left is that of the jobs.
            let heartbeat = shared.configuration.heartbeat
            due = .now() + (hasBeaten ? heartbeat : min(heartbeat / 4, .milliseconds(500)))
        }
    }

    /// Returns whether somebody rang.
    private func sleep(until time: BootTime) -> Bool {
        let milliseconds = max(0, (time - .now()).wholeMilliseconds) + 1
        var poll = pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0)
        guard Glibc.poll(&poll, 1, Int32(min(milliseconds, 60_000))) > 0 else { return false }
        bell.clear()
        return true
    }

    private func fence() {
        let fenced = shared.held.fence(at: .now(), lease: shared.configuration.lease)
        if !fenced.isEmpty { shared.report(.fenced(fenced)) }
    }

    /// Renews and registers. Returns whether Redis answered all of it.
    private func beat() -> Bool {
        do throws(RedisError) {
            for queue in shared.queues {
                do throws(RedisError) {
                    try renew(queue)
                } catch {
                    guard error.concernsOneQueue else { throw error }
                    // Its jobs will be stopped in time; those of the other queues are not to suffer.
                    let told = QueueError(error, attempted: "renew leases", queue: queue)
                    shared.report(.trouble(queue, told.description))
                }
            }
            let lifetime = shared.configuration.lease * 4
            let replies = try connection.pipelineAndWait(
                directory.heartbeat(registration(), lifetime: lifetime),
                timeout: patience(shared.configuration.lease)
            )
            shared.heartbeatAnswered(directory.heartbeatAnswer(in: replies))
            return true
        } catch {
            shared.heartbeatFailed(error.description)
            return false
        }
    }

    private func renew(_ queue: QueueName) throws(RedisError) {
        var rest = shared.held.held(in: queue)[...]
        repeat {
            let batch = Array(rest.prefix(JobQueue.batchLimit))
            rest = rest.dropFirst(batch.count)
            let sentAt = BootTime.now()
            let lease = shared.configuration.lease
            let jobQueue = directory.queue(queue)
            let renewal = jobQueue.renewal(worker: shared.id, held: batch, lease: lease)
            let reply = try connection.runAndWait(
                renewal.script,
                keys: jobQueue.keys.fixed,
                arguments: renewal.arguments,
                timeout: patience(lease)
            )
            let statuses = jobQueue.leaseStatuses(in: reply, count: batch.count) ?? []
            apply(statuses, to: batch, in: queue, fenceAt: Lease.fence(sentAt: sentAt, lease: lease))
        } while !rest.isEmpty
    }

    /// How long to wait for an answer: this thread has to be back when the next job must be stopped.
    private func patience(_ lease: Duration) -> Duration {
        let untilFence = shared.held.nextFence.map { $0 - .now() } ?? lease
        // Who stops has no time to lose with a Redis that does not answer.
        let limit = shared.isStopping ? min(lease / 6, .seconds(1)) : lease / 6
        return max(.milliseconds(200), min(limit, untilFence))
    }

    private func apply(
        _ statuses: [LeaseStatus],
        to batch: [(id: JobID, token: JobToken)],
        in queue: QueueName,
        fenceAt: BootTime
    ) {
        var kept: [(key: HeldJobs.Key, token: JobToken)] = []
        for (held, status) in zip(batch, statuses) {
            let key = HeldJobs.Key(queue: queue, id: held.id)
            switch status {
            case .ok, .paused:
                kept.append((key, held.token))
                let isPaused = status == .paused
                if shared.held.setPaused(isPaused, key, token: held.token) {
                    shared.report(isPaused ? .paused(queue, held.id) : .unpaused(queue, held.id))
                }
            case .cancel:
                kept.append((key, held.token))
                shared.held.stop(key, token: held.token, reason: .cancelled)
            case .lost:
                let grace = Lease.grace(shared.configuration.lease)
                shared.held.stop(key, token: held.token, reason: .leaseLost, grace: grace)
            }
        }
        shared.held.renewed(kept, fenceAt: fenceAt)
    }
}

extension RedisError {
    /// Whether Redis is well and only refuses this queue: a key of the wrong type, a newer schema, a missing right.
    fileprivate var concernsOneQueue: Bool {
        guard code == .reply, let kind = reply?.kind else { return false }
        return kind == .wrongType || kind == .noPermission || kind == .other
    }
}
