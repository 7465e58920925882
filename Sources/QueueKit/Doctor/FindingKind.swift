/// What `queuectl doctor` looks at, in the order in which it tells of it.
public enum CheckArea: String, Sendable, CaseIterable {
    // The server.
    case version, role, persistence, memory, access, transport, rights, latency, configuration, functions
    // The workers.
    case heartbeats, clocks, releases
    // Each queue.
    case keys, jobs, entries, marks, pushes, leftovers, counters, work

    /// The checks of the server.
    public static let ofServer: [CheckArea] = [
        .version, .role, .persistence, .memory, .access, .transport, .rights, .latency, .configuration, .functions,
    ]
    /// The checks of the workers.
    public static let ofWorkers: [CheckArea] = [.heartbeats, .clocks, .releases]
    /// The checks of a queue.
    public static let ofQueue: [CheckArea] = [
        .keys, .jobs, .entries, .marks, .pushes, .leftovers, .counters, .work,
    ]
}

/// The kinds of findings. Their codes are for programs, and stay.
public enum FindingKind: String, Sendable, CaseIterable {
    // The server.
    case oldRedis = "old_redis"
    case replica
    case cluster
    case notPersistent = "not_persistent"
    case snapshotsOnly = "snapshots_only"
    case persistenceFailing = "persistence_failing"
    case loading
    case evictionPolicy = "eviction_policy"
    case evictedKeys = "evicted_keys"
    case memoryNearlyFull = "memory_nearly_full"
    case openServer = "open_server"
    case noTLS = "no_tls"
    case unverifiedServer = "unverified_server"
    case certificateEnding = "certificate_ending"
    case missingRight = "missing_right"
    case rightsUnknown = "rights_unknown"
    case slowAnswers = "slow_answers"
    case damagedSetting = "damaged_setting"
    case otherFunctions = "other_functions"
    // The workers.
    case lateHeartbeat = "late_heartbeat"
    case unknownWorker = "unknown_worker"
    case clockOffset = "clock_offset"
    case mixedReleases = "mixed_releases"
    // A queue: invariant I1.
    case entryWithoutJob = "entry_without_job"
    case misplacedEntry = "misplaced_entry"
    case duplicateEntry = "duplicate_entry"
    case jobWithoutEntry = "job_without_entry"
    case jobWithoutLease = "job_without_lease"
    case unknownState = "unknown_state"
    case missingState = "missing_state"
    case markedJob = "marked_job"
    case markWithoutEntry = "mark_without_entry"
    case malformedMark = "malformed_mark"
    case pushNotDue = "push_not_due"
    case duePushMissing = "due_push_missing"
    case leftovers
    case counterOff = "counter_off"
    // A queue: its data.
    case wrongType = "wrong_type"
    case newerSchema = "newer_schema"
    case unchecked
    case unknownKey = "unknown_key"
    case damagedField = "damaged_field"
    case unknownFields = "unknown_fields"
    case preparedHashes = "prepared_hashes"
    // A queue: how it is doing.
    case noWorkers = "no_workers"
    case overdueLeases = "overdue_leases"
    case paused
    case rejectedPushes = "rejected_pushes"
    case deadJobs = "dead_jobs"
    case removedDeadJobs = "removed_dead_jobs"

    /// What is looked at where this is found.
    public var area: CheckArea {
        switch self {
        case .oldRedis: .version
        case .replica, .cluster: .role
        case .notPersistent, .snapshotsOnly, .persistenceFailing, .loading: .persistence
        case .evictionPolicy, .evictedKeys, .memoryNearlyFull: .memory
        case .openServer: .access
        case .noTLS, .unverifiedServer, .certificateEnding: .transport
        case .missingRight, .rightsUnknown: .rights
        case .slowAnswers: .latency
        case .damagedSetting: .configuration
        case .otherFunctions: .functions
        case .lateHeartbeat, .unknownWorker: .heartbeats
        case .clockOffset: .clocks
        case .mixedReleases: .releases
        case .wrongType, .newerSchema, .unchecked, .unknownKey: .keys
        case .jobWithoutEntry, .jobWithoutLease, .unknownState, .missingState, .damagedField, .unknownFields,
            .preparedHashes:
            .jobs
        case .entryWithoutJob, .misplacedEntry, .duplicateEntry: .entries
        case .markedJob, .markWithoutEntry, .malformedMark: .marks
        case .pushNotDue, .duePushMissing: .pushes
        case .leftovers: .leftovers
        case .counterOff: .counters
        case .noWorkers, .overdueLeases, .paused, .rejectedPushes, .deadJobs, .removedDeadJobs: .work
        }
    }

    /// Whether a queue in which this is found breaks the promise that each job is in exactly one state, with its index
    /// entry and no other, and that the counts agree.
    public var breaksInvariant: Bool {
        switch self {
        case .entryWithoutJob, .misplacedEntry, .duplicateEntry, .jobWithoutEntry, .jobWithoutLease, .unknownState,
            .missingState, .markedJob, .markWithoutEntry, .malformedMark, .pushNotDue, .duePushMissing, .leftovers,
            .counterOff:
            true
        default: false
        }
    }

    /// How bad it is, unless the finding says otherwise.
    var severity: Finding.Severity {
        switch self {
        case .cluster, .noTLS, .rightsUnknown, .unknownWorker, .mixedReleases, .unknownFields, .preparedHashes, .paused,
            .rejectedPushes, .deadJobs, .removedDeadJobs:
            .note
        case .openServer, .unverifiedServer, .certificateEnding, .notPersistent, .snapshotsOnly, .loading,
            .memoryNearlyFull, .slowAnswers, .damagedSetting,
            .otherFunctions,
            .lateHeartbeat, .clockOffset, .unknownKey, .damagedField, .noWorkers, .overdueLeases, .duePushMissing,
            .leftovers:
            .warning
        default: .error
        }
    }
}
