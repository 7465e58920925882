import QueueKit

/// Waits for jobs within a time limit.
struct Waiting {
    private let session: Session
    private let console: Console
    private let limit: Duration?

    /// - Parameter limit: how long to wait at the most; nil for as long as it takes.
    init(_ session: Session, _ console: Console, limit: Duration?) {
        self.session = session
        self.console = console
        self.limit = limit
    }

    /// Waits until each has come to the goal or never will, and tells of each as it is found out.
    ///
    /// - Returns: Those that are still open when the time is over.
    func run(
        _ targets: [JobWatch.Target],
        for goal: JobGoal,
        _ found: (JobWatch.Target, JobWait.Result) -> Void
    ) async throws -> [JobWatch.Target] {
        guard !targets.isEmpty else { return [] }
        let wait = try JobWait(targets, for: goal, in: session.directory)
        var open = Set(targets.indices)
        let (news, teller) = AsyncThrowingStream.makeStream(of: JobWait.Event.self)
        let work = Task {
            do {
                _ = try await wait.run { teller.yield($0) }
                teller.finish()
            } catch {
                teller.finish(throwing: error)
            }
        }
        let clock = limit.map { limit in
            Task {
                try await Task.sleep(for: limit)
                teller.finish()
            }
        }
        defer {
            work.cancel()
            clock?.cancel()
        }
        for try await event in news {
            switch event {
            case .found(let result, let place):
                open.remove(place)
                found(targets[place], result)
            case .outage(let reason): console.note("queuectl: Redis is out of reach, waiting for it: \(reason)")
            case .restored: console.note("queuectl: Redis is back")
            }
        }
        return open.sorted().map { targets[$0] }
    }
}
