/// Waits until each of some jobs has come to a goal, or never will.
public struct JobWait: Sendable {
    /// What a wait has found out about a job.
    public enum Result: Sendable {
        /// It has reached one of the states. The job as it is now.
        case reached(Job)
        /// It is over, and in none of the states. The job as it is now.
        case never(Job)
        /// There is no such job, or no longer.
        case gone
    }

    /// What is told while waiting.
    public enum Event: Sendable {
        /// The wait for the job at this place in the list is over.
        case found(Result, at: Int)
        /// Redis is out of reach, for this reason. The wait goes on.
        case outage(String)
        /// Redis is back.
        case restored
    }

    private let targets: [JobWatch.Target]
    private let goal: JobGoal
    private let directory: QueueDirectory
    private let watch: JobWatch

    /// Begins to listen: what a job does from now on is not missed.
    ///
    /// - Throws: `QueueError` only if this process gets no thread or descriptor for it.
    public init(
        _ targets: [JobWatch.Target],
        for goal: JobGoal = .ended,
        in directory: QueueDirectory
    ) throws(QueueError) {
        self.targets = targets
        self.goal = goal
        self.directory = directory
        watch = try JobWatch(targets, in: directory)
    }

    /// Waits; may be called once. Cancel the task to end it before.
    ///
    /// - Returns: The places of the jobs that are still open: none, unless the task was cancelled.
    /// - Throws: `QueueError` when Redis refuses what it takes. An outage is waited out.
    public func run(_ tell: (Event) async -> Void) async throws -> Set<Int> {
        var open = Set(targets.indices)
        guard !open.isEmpty else { return open }
        for try await event in watch.events {
            switch event {
            case .outage(let reason): await tell(.outage(reason))
            case .restored: await tell(.restored)
            case .gone(let place), .state(_, let place):
                guard open.contains(place), let result = try await result(of: event, at: place) else { continue }
                watch.forget(at: place)
                open.remove(place)
                await tell(.found(result, at: place))
            }
            if open.isEmpty { break }
        }
        return open
    }

    /// Nil while it may still come to the goal.
    private func result(of event: JobWatch.Event, at place: Int) async throws(QueueError) -> Result? {
        guard case .state(let seen, _) = event else { return .gone }
        guard goal.verdict(on: seen) != .open else { return nil }
        do throws(QueueError) {
            let target = targets[place]
            guard let job = try await directory.queue(target.queue).job(target.id) else { return .gone }
            if goal.verdict(on: seen) == .reached, !seen.isFinal { return .reached(job) }
            // What was told may be history: an operator can have given a dead job another life.
            guard let now = job.state else { return nil }
            switch goal.verdict(on: now) {
            case .reached: return .reached(job)
            case .never: return .never(job)
            case .open: return nil
            }
        } catch {
            if error.code == .cancelled { return nil }
            guard error.isOutage else { throw error }
            watch.lookAgain(at: place)
            return nil
        }
    }
}
