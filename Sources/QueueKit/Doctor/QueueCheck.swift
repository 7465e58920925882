import RedisClient

/// What a check of one queue has found.
public struct QueueReport: Sendable {
    /// The queue.
    public let queue: QueueName
    /// What is not as it should be.
    public internal(set) var findings: [Finding] = []
    /// What was not, and has been repaired.
    public internal(set) var repaired: [Finding] = []
    /// How many findings more there are, of kinds of which a thousand are told already.
    public internal(set) var omitted = 0
    /// Jobs with a state that can be read.
    public internal(set) var jobs = 0
    /// Entries of all indexes, those left behind included.
    public internal(set) var entries = 0
    /// Entries that jobs have left behind in long lists.
    public internal(set) var marks = 0
    /// Pushes that are being judged.
    public internal(set) var pushes = 0
    /// Whether all of it was looked at: not if a key holds what no check can read.
    public internal(set) var isComplete = false
}

/// Holds one queue to invariant I1, while it is at work: each job in exactly one state, with its index entry and no
/// other, and counts that agree.
///
/// It reads in steps of a few milliseconds. A job and its index entry are looked at in one script, so what looks wrong
/// there is wrong. Whether a job stands in a list cannot be asked in bounded time; so the lists are gone through, eight
/// bytes are kept of each entry, and a job that is missed is looked for by its name, twice, before it is a finding.
/// Counters are compared with the lengths of the indexes in one script, and what differs must differ
/// by the same amount a moment later.
///
/// In the background (``CheckPace``) it rests between its steps, and leaves out what no repair comes of.
///
/// Cost: two looks at each job, about 17 us of Redis' time together; 8 MB of memory here for a million entries in
/// lists; and one pass over the names of all keys of the database.
struct QueueCheck {
    let queue: JobQueue
    let pace: CheckPace
    /// How to repair on the way, when so much has come together that no more of it would be remembered; nil: not at all.
    let repairs: Repairs?
    /// How many repairs were made on the way.
    private(set) var repairedCount = 0
    let onProgress: (Int) -> Void
    private var stepBegan = ContinuousClock.now
    /// Whether a list was too long for this pace.
    private var hasLeftOut = false
    var log = FindingLog()
    var report: QueueReport
    /// What was seen in each list.
    var seen: [String: EntryFingerprints] = [:]
    /// Jobs that were not seen in the list that they have to stand in, by list.
    var missed: [String: Set<String>] = [:]
    var missedCount = 0
    /// Prepared hashes that nobody has pushed yet, and jobs with fields of a newer release; and one of each.
    var prepared = (count: 0, example: "")
    var newerFields = (count: 0, example: "", name: "")

    /// The time between two looks at something that may have been on its way.
    static let pause: Duration = .milliseconds(200)

    /// Prepares a check. No I/O. `onProgress` is told of jobs and entries looked at, so many at a time.
    init(
        _ queue: JobQueue,
        pace: CheckPace = .atOnce,
        repairs: Repairs? = nil,
        onProgress: @escaping (Int) -> Void
    ) {
        self.queue = queue
        self.pace = pace
        self.repairs = repairs
        self.onProgress = onProgress
        report = QueueReport(queue: queue.name)
    }

    /// Looks at everything once.
    ///
    /// - Parameter configuration: What is in force: lease and heartbeat tell who is late.
    /// - Throws: `QueueError` when Redis cannot be asked. Damage and missing rights are no errors, but findings.
    mutating func run(_ configuration: QueueConfiguration) async throws(QueueError) -> QueueReport {
        do {
            if try await checkForm() {
                try await checkAll()
                report.isComplete = true
                // Of no use to those who only repair.
                if pace.readsHashes { try await checkWork(configuration) }
            }
        } catch  where error.code == .forbidden || error.code == .broken {
            add(.unchecked, queue.name.text, error.description, remedy: "Put that right, then check again")
        }
        report.findings = log.findings
        report.omitted = log.omitted
        return report
    }

    private mutating func checkAll() async throws(QueueError) {
        stepBegan = .now
        for list in try await lists() { try await check(list: list) }
        for set in QueueKeys.sets { try await check(set: set) }
        try await checkKeys()
        try await findMissed()
        try await checkMarks()
        try await checkIntake()
        // To put a counter right would hide what a list that was left out has lost.
        if !hasLeftOut { try await checkCounters() }
        summarise()
    }

    /// The lists that are gone through. Those that are empty have nothing to look at, but nothing may be missing in them.
    private mutating func lists() async throws(QueueError) -> [String] {
        let lengths = try await queue.pipeline(
            QueueKeys.lists.map { RedisCommand("LLEN", queue.keys.named($0)) },
            attempting: "look at the lists"
        )
        return zip(QueueKeys.lists, lengths).compactMap { list, length in
            let length = Int(length.int ?? 0)
            if length > pace.longestList { hasLeftOut = true }
            if length == 0 { seen[list] = EntryFingerprints() }
            return length > 0 && length <= pace.longestList ? list : nil
        }
    }

    /// Repairs what was found so far of one kind, unless so many more of it would still be remembered.
    mutating func makeRoom(for number: Int, _ kind: FindingKind) async throws(QueueError) {
        guard let repairs, log.count(of: kind) + number > FindingLog.limit else { return }
        repairedCount += try await queue.repair(log.take(kind), repairs).count
    }

    /// Rests after a step, as the pace wants it.
    mutating func rest() async {
        guard let time = pace.rest(after: ContinuousClock.now - stepBegan) else { return }
        // Cancelled, the next request says so.
        try? await Task.sleep(for: time)
        stepBegan = .now
    }

    mutating func add(
        _ kind: FindingKind,
        _ object: String,
        _ problem: String,
        remedy: String? = nil,
        repair: Repair? = nil
    ) {
        log.add(Finding(kind, in: queue.name, object, problem, remedy: remedy, repair: repair))
    }

    /// Looks at schema and types of the queue's own keys. Without them nothing else can be read.
    private mutating func checkForm() async throws(QueueError) -> Bool {
        let types = try await queue.pipeline(
            queue.keys.fixed.map { RedisCommand("TYPE", $0) },
            attempting: "look at the keys"
        )
        for (key, type) in zip(queue.keys.fixed, types) {
            guard let expected = QueueKeys.types[String(key.dropFirst(queue.keys.prefix.count))],
                let type = type.string, type != "none", type != expected
            else { continue }
            addWrongType(key, type, expected: expected)
        }
        guard log.findings.isEmpty else { return false }
        let schema = try await queue.pipeline(
            [RedisCommand("HGET", queue.keys.meta, "schema")],
            attempting: "read the schema"
        )[0].string
        if let schema, schema != QueueKeys.schema {
            add(
                .newerSchema,
                "schema \(schema)",
                QueueKeys.unknown(schema: schema),
                remedy: "Use a newer queuectl"
            )
        }
        return log.findings.isEmpty
    }

    mutating func addWrongType(_ key: String, _ type: String, expected: String) {
        add(
            .wrongType,
            key,
            "\(key) holds a \(type) where a \(expected) belongs",
            remedy: "Find out who wrote it; save what is in it, then delete the key"
        )
    }

    private mutating func summarise() {
        if prepared.count > 0 {
            add(
                .preparedHashes,
                prepared.example,
                "prepared hashes that have not been pushed: \(prepared.count), \(prepared.example) among them",
                remedy: "Push their ids to \(queue.keys.incoming), or delete them"
            )
        }
        if newerFields.count > 0 {
            let (count, example, name) = newerFields
            add(
                .unknownFields,
                example,
                "jobs with fields that this release does not know, such as \(name): \(count), \(example) among them",
                remedy: "Use a newer queuectl for them"
            )
        }
    }
}
