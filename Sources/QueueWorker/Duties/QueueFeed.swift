import QueueKit
import RedisClient
import Synchronization

/// Brings in the jobs of one queue: claims while slots are free, and blocks without polling when there is nothing.
///
/// The connection that it waits on is its own, since a blocked one serves nobody else. A bell or push wakes it; what it
/// finds no slot for it passes on by a claim of none.
final class QueueFeed: Sendable {
    private struct Block {
        var isStopped = false
        var isBlocking = false
        var isAbandoned = false
    }

    /// The queue it serves.
    var name: QueueName { queue.name }

    private let queue: JobQueue
    private let exchange: Exchange
    private let intake: Intake
    private let connection: RedisConnection
    private let shared: SharedState
    /// Its number among the worker's queues.
    private let place: Int
    private let block = Mutex(Block())

    /// - Parameters:
    ///   - place: its number among the worker's queues, by which the slots know it.
    ///   - exchange: carries its claims.
    ///   - connection: for waiting; no one else's.
    ///   - keys: what the signatures of pushes must have been made with; nil where they are not looked at.
    init(
        _ queue: JobQueue,
        place: Int,
        exchange: Exchange,
        waiting connection: RedisConnection,
        verifying keys: SigningKeys?,
        shared: SharedState
    ) {
        self.queue = queue
        self.place = place
        self.exchange = exchange
        self.intake = Intake(queue, verifying: keys, shared: shared)
        self.connection = connection
        self.shared = shared
    }

    /// Runs until it is stopped and its jobs have ended. `perform` runs one job in one slot, from claim to settle.
    func run(_ perform: @escaping @Sendable (ClaimedJob, _ slot: Int) async -> Void) async {
        let watch = Task { await intake.watch() }
        defer { watch.cancel() }
        await withDiscardingTaskGroup { jobs in
            var pending: ClaimAttempt?
            var pause = Pause()
            // An attempt that may have been carried out is asked for its jobs also while stopping.
            while !shared.isStopping || (pending != nil && shared.isHealthy && !block.withLock(\.isAbandoned)) {
                if shared.cannotSettle(queue.name) {
                    // To run more of what cannot be settled would only mean to run it again.
                    if shared.isStopping { break }
                    shared.slots.leave(place)
                    await pause.wait()
                    continue
                }
                let attempt = pending ?? newAttempt()
                pending = nil
                do throws(QueueError) {
                    let sentAt = BootTime.now()
                    let claim = try await claim(attempt)
                    pause = Pause()
                    let slots = take(claim, attempt, sentAt: sentAt)
                    for (job, slot) in zip(claim.jobs, slots) {
                        jobs.addTask {
                            await perform(job, slot)
                            // The next job of its kind may be waiting, and no claim while it ran could take that.
                            if job.job.isSuspect { await self.passBellOn() }
                        }
                    }
                    let hasIngested = await takeIn(claim)
                    if claim.leavesPushes { intake.begin() }
                    let isShort = claim.jobs.count < attempt.slots.count
                    shared.slots.answered(place, isHungry: hasIngested || !isShort)
                    if hasIngested { continue }
                    if isShort {
                        if !attempt.request.takesIn {
                            await intake.waitForStep(after: attempt.intakeSteps)
                            continue
                        }
                        if attempt.request.maySuspect && claim.isExhaustive {
                            shared.foundEmpty(place, after: attempt.runsEnded)
                        }
                        await waitForWork(after: claim, attempt)
                    } else {
                        // Also without a free slot somebody has to keep house now and then: the heart wakes us when it beats.
                        intake.setAlone(true)
                        await shared.slots.waitForTurn(of: place)
                        intake.setAlone(false)
                    }
                } catch {
                    // What is free is for the other queues meanwhile.
                    shared.slots.leave(place)
                    if error.isOutage {
                        // The same number again: if the jobs were handed out and only the answer got lost, they come now.
                        pending = attempt
                        // There may be something to do that nobody can tell of.
                        shared.retirement.startIdling()
                    } else {
                        giveUp(attempt)
                        shared.report(.trouble(queue.name, error.description))
                    }
                    await pause.wait()
                }
            }
            giveUp(pending)
            await intake.end()
            await passBellOn()
        }
    }

    /// Wakes the feed so that it sees that the worker stops. A claim under way is not disturbed: it may carry jobs.
    func wake() {
        let isBlocking = block.withLock { block in
            block.isStopped = true
            return block.isBlocking
        }
        if isBlocking { connection.close() }
    }

    /// Gives up on Redis: what waits for an answer fails.
    func abandon() {
        block.withLock { $0.isAbandoned = true }
        connection.close()
    }

    /// A claim that is asked until it is answered.
    private struct ClaimAttempt {
        let request: ClaimRequest
        let slots: [Int]
        /// How many runs of this worker had ended before.
        let runsEnded: Int
        /// How many parts of a flood had been ingested before.
        let intakeSteps: Int
    }

    private func newAttempt() -> ClaimAttempt {
        let runsEnded = shared.retirement.looksAt(place)
        let slots = shared.slots.take(for: place)
        let maySuspect = !slots.isEmpty && shared.held.reserveSuspect()
        let (isBusy, steps) = intake.progress
        let request = ClaimRequest(
            worker: shared.id,
            number: shared.nextRequest(),
            slots: slots.count,
            maySuspect: maySuspect,
            takesIn: !isBusy,
            configuration: shared.configuration
        )
        return ClaimAttempt(request: request, slots: slots, runsEnded: runsEnded, intakeSteps: steps)
    }

    private func claim(_ attempt: ClaimAttempt) async throws(QueueError) -> Claim {
        let claim = try await exchange.claim(attempt.request)
        FaultPoint.afterClaim.reached()
        if !claim.recovered.isEmpty { shared.report(.recovered(queue.name, claim.recovered)) }
        if let trouble = claim.trouble { shared.report(.trouble(queue.name, trouble)) }
        return claim
    }

    /// Holds the jobs of an answered claim and gives the slots back that are left. Returns the slots of the jobs.
    private func take(_ claim: Claim, _ attempt: ClaimAttempt, sentAt: BootTime) -> ArraySlice<Int> {
        for job in claim.jobs {
            // The jobs of an answer that was lost once have had their leases since then; both times are the server's.
            let age = max(0, claim.now.milliseconds - (job.job.startedAt ?? claim.now).milliseconds)
            let leasedAt = sentAt + .milliseconds(-age)
            shared.held.add(job, fenceAt: Lease.fence(sentAt: leasedAt, lease: attempt.request.configuration.lease))
        }
        if attempt.request.maySuspect { shared.held.releaseSuspect() }
        shared.slots.giveBack(unused: Array(attempt.slots.dropFirst(claim.jobs.count)))
        return attempt.slots.prefix(claim.jobs.count)
    }

    private func giveUp(_ attempt: ClaimAttempt?) {
        guard let attempt else { return }
        if attempt.request.maySuspect { shared.held.releaseSuspect() }
        shared.slots.giveBack(unused: attempt.slots)
    }

    /// Claims none, which rings again if work is left: a block that was cut short may have taken a bell along.
    private func passBellOn() async {
        guard shared.isHealthy else { return }
        do {
            let claim = try await queue.claim(
                ClaimRequest(
                    worker: shared.id,
                    number: shared.nextRequest(),
                    slots: 0,
                    maySuspect: false,
                    configuration: shared.configuration
                )
            )
            _ = await takeIn(claim)
        } catch {
            // Redis is away; the others look for work by themselves every few seconds.
        }
    }

    /// Judges pushes, and reads what has been added unread. Returns whether there may be jobs now that can be claimed.
    private func takeIn(_ claim: Claim) async -> Bool {
        let hasIngested = await intake.ingest(claim.intake)
        let hasAdmitted = await admit(claim.unread)
        return hasIngested || hasAdmitted
    }

    private func admit(_ jobs: [UnreadJob]) async -> Bool {
        guard !jobs.isEmpty else { return false }
        do {
            let results = try await queue.admit(jobs, configuration: shared.configuration)
            var (accepted, malformed, waiting, trouble) = (0, 0, 0, "")
            for result in results {
                switch result {
                case .admitted(.dead): malformed += 1
                case .admitted: accepted += 1
                case .waits(let problem): (waiting, trouble) = (waiting + 1, problem)
                case .done: break
                }
            }
            if accepted + malformed > 0 {
                shared.report(.admitted(queue.name, accepted: accepted, malformed: malformed))
            }
            if waiting > 0 { shared.report(.trouble(queue.name, trouble)) }
            // What another worker has read meanwhile may be free to take as well.
            return waiting < results.count
        } catch {
            shared.report(.trouble(queue.name, error.description))
            return false
        }
    }

    /// Waits for work, when a claim has told that there is none.
    private func waitForWork(after claim: Claim, _ attempt: ClaimAttempt) async {
        var wait = min(Self.longestBlock, shared.configuration.heartbeat)
        if let due = claim.nextDue { wait = min(wait, .milliseconds(due.milliseconds - claim.now.milliseconds)) }
        wait = max(wait, .milliseconds(10))
        if shared.retirement.drains {
            // What another feed's claim kept from this one, a job that has taken a worker down, may be there a moment later.
            wait = min(wait, attempt.request.maySuspect ? .seconds(1) : .milliseconds(50))
            return await shared.retirement.waitToLookAgain(at: place, after: attempt.runsEnded, atMost: wait)
        }
        let mayBlock = block.withLock { block in
            block.isBlocking = !block.isStopped
            return block.isBlocking
        }
        guard mayBlock else { return }
        do {
            _ = try await connection.sendBlocking(queue.awaitWork(atMost: wait), blockFor: wait)
            FaultPoint.afterBLMove.reached()
            block.withLock { $0.isBlocking = false }
        } catch {
            block.withLock { $0.isBlocking = false }
            guard error.code == .reply, !shared.isStopping else { return }
            // Refused at once (out of memory, a replica, a wrong type): do not spin.
            shared.report(.trouble(queue.name, error.description))
            try? await Task.sleep(for: .seconds(Double.random(in: 0.75...1.25)))
        }
    }

    /// A due time or a recovery may come up without a bell; the scripts ring for what is due within this time.
    private static let longestBlock = Duration.seconds(3)
}
