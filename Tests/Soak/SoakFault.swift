import FleetSupport

/// What can strike in a soak.
enum SoakFault: String, CaseIterable, Sendable {
    case workerKilled = "worker killed"
    case workerStopped = "worker stopped by TERM"
    case workerFrozen = "worker frozen"
    case workerSilenced = "worker cut off, silently"
    case workerRefused = "worker refused"
    case workerCut = "worker's connections cut"
    case redisKilled = "Redis killed"
    case redisFrozen = "Redis frozen"
    case redisFull = "Redis full"
    case clientsKilled = "all connections killed"
    case scriptsFlushed = "scripts flushed"
    case jobsCancelled = "jobs cancelled"
    case jobsPaused = "jobs paused"
    case queuePaused = "queue paused"

    /// What strikes one thing waits for what struck it before.
    enum Lane: Hashable { case worker(Int), redis, operators }

    func lane(worker: Int) -> Lane {
        switch self {
        case .workerKilled, .workerStopped, .workerFrozen, .workerSilenced, .workerRefused, .workerCut: .worker(worker)
        case .redisKilled, .redisFrozen, .redisFull, .clientsKilled, .scriptsFlushed: .redis
        case .jobsCancelled, .jobsPaused, .queuePaused: .operators
        }
    }

    /// Whether another process has to take the worker's place.
    var endsWorker: Bool { self == .workerKilled || self == .workerStopped }

    /// What it may do to jobs that run; nil if it must make no difference to them.
    var harm: Disturbance.Harm? {
        switch self {
        case .workerFrozen: .crashedUnattended
        // Stopped while Redis is away it leaves its jobs to their leases.
        case .workerKilled, .workerStopped, .workerSilenced, .workerRefused: .crashed
        case .redisKilled, .redisFrozen: .released
        case .workerCut, .redisFull, .clientsKilled, .scriptsFlushed, .jobsCancelled, .jobsPaused, .queuePaused: nil
        }
    }

    /// How often, compared with the others.
    private var weight: Int {
        switch self {
        case .workerKilled, .workerFrozen, .workerCut, .jobsCancelled: 3
        case .workerStopped, .workerSilenced, .workerRefused, .jobsPaused, .clientsKilled: 2
        case .redisKilled, .redisFrozen, .redisFull, .scriptsFlushed, .queuePaused: 1
        }
    }

    static func random(using generator: inout some RandomNumberGenerator) -> SoakFault {
        let all = allCases.flatMap { Array(repeating: $0, count: $0.weight) }
        return all.randomElement(using: &generator) ?? .workerKilled
    }
}
