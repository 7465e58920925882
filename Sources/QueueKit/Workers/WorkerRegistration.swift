/// What a worker says of itself, renewed with every heartbeat.
public struct WorkerRegistration: Sendable, Hashable {
    /// What a worker is up to.
    public enum State: String, Sendable {
        /// It takes jobs.
        case running
        /// It finishes what it has and takes no more.
        case quiet
        /// It is about to end.
        case stopping
    }

    /// Its id.
    public var id: WorkerID
    /// The queues it serves.
    public var queues: [QueueName]
    /// The share of each of them, when they have shares; nil when their order decides.
    public var weights: [Int]?
    /// How many jobs it runs at once.
    public var slots: Int
    /// How many it runs now: not stored, but counted by who reads (`QueueDirectory.workers`).
    public internal(set) var busy = 0
    /// What it is up to.
    public var state: State
    /// When it started, by its host's clock.
    public var startedAt: Timestamp
    /// The release of queuectl.
    public var version: String
    /// When it was last heard of, by its host's clock.
    public var seenAt: Timestamp

    /// Makes a registration.
    public init(
        id: WorkerID,
        queues: [QueueName],
        weights: [Int]? = nil,
        slots: Int,
        state: State = .running,
        startedAt: Timestamp,
        version: String,
        seenAt: Timestamp
    ) {
        self.id = id
        self.queues = queues
        self.weights = weights
        self.slots = slots
        self.state = state
        self.startedAt = startedAt
        self.version = version
        self.seenAt = seenAt
    }

    /// As it is stored.
    var fields: [(String, String)] {
        [
            ("queues", queues.map(\.text).joined(separator: " ")), ("slots", String(slots)),
            ("state", state.rawValue), ("started_at", String(startedAt.milliseconds)), ("version", version),
            ("seen_at", String(seenAt.milliseconds)),
        ] + (weights.map { [("weights", $0.map(String.init).joined(separator: " "))] } ?? [])
    }

    /// Reads what is stored; nil when the worker is gone or the entry is damaged.
    init?(id: WorkerID, fields: [(String, [UInt8])]) {
        let stored = Dictionary(fields, uniquingKeysWith: { first, _ in first })
        let values = stored.mapValues { String(decoding: $0, as: UTF8.self) }
        let numbers = stored.compactMapValues(NumberText.stored)
        guard let queues = values["queues"], let slots = numbers["slots"],
            let state = values["state"].flatMap(State.init(rawValue:)), let startedAt = numbers["started_at"],
            let seenAt = numbers["seen_at"]
        else { return nil }
        let names = queues.split(separator: " ").compactMap { try? QueueName(String($0)) }
        let weights = values["weights"]?.split(separator: " ").compactMap { Int($0) }
        self.init(
            id: id,
            queues: names,
            weights: weights?.count == names.count ? weights : nil,
            slots: Int(slots),
            state: state,
            startedAt: Timestamp(milliseconds: startedAt),
            version: values["version"] ?? "",
            seenAt: Timestamp(milliseconds: seenAt)
        )
    }
}
