/// What can go wrong around queuectl, one case each. Every one has to be covered by a test that is marked with it
/// (`@Test(.fault(.…))`): `make faults` runs those, and fails when one is missing.
public enum Fault: String, CaseIterable, Sendable {
    case workerKilled
    case workerKilledBeforeTheJobRuns
    case workerKilledBeforeTheSettle
    case workerFrozen
    case workerCutOff
    case processorStarved
    case redisAwayWhileJobsRun
    case redisAbsentAtTheStart
    case connectionsKilled
    case failover
    case redisOutOfMemory
    case appendOnlyDiskFull
    case appendOnlyFileTorn
    case flushed
    case scriptsFlushed
    case clockWrong
    case jobDefiesItsEnd
    case outputHeldByGrandchild
    case outputFlood
    case poisonousJob
    case shutdown
    case manyJobsDueAtOnce
    case corruptHashAmongOrphans
    case bulkVerbInterrupted
    case machineExhausted
    case cancelRacesCompletion
    case mixedReleases
    case clusterResharding
    case pushFlood
    case fullQueue
    case longRun
    case everythingAtOnce

    /// What happens, and what has to come of it, in a line.
    public var summary: String {
        switch self {
        case .workerKilled: "worker killed while jobs run: their processes die, they run again once"
        case .workerKilledBeforeTheJobRuns:
            "worker killed between BLMOVE, claim and ingest, or the reply lost: taken over"
        case .workerKilledBeforeTheSettle: "worker killed between a job's success and the settle: runs again, on record"
        case .workerFrozen: "worker stopped for two leases, idle and busy: recovered elsewhere, its settle refused"
        case .workerCutOff: "worker cut off for longer than a lease: kills its jobs in time, comes back by itself"
        case .processorStarved: "job much longer than its lease on a starved processor: runs exactly once"
        case .redisAwayWhileJobsRun: "Redis killed or frozen while 50 jobs run, three times: no job blamed or lost"
        case .redisAbsentAtTheStart: "Redis absent at the start: the worker waits, the command line says so and ends"
        case .connectionsKilled: "connections killed a thousand times: no descriptor or memory leaked"
        case .failover: "failover, by REPLICAOF and by Sentinel under load: losses counted, structure sound"
        case .redisOutOfMemory: "Redis full while 20 jobs run: enqueue refused, settled all the same, nothing twice"
        case .appendOnlyDiskFull: "the append-only file's disk full: settles are kept, and it recovers alone"
        case .appendOnlyFileTorn: "append-only file cut at any byte: what is lost is lost whole"
        case .flushed: "FLUSHALL during work: nothing crashes, workers register again, no half-made job"
        case .scriptsFlushed: "SCRIPT FLUSH under load: nobody notices"
        case .clockWrong: "clocks off by an hour, or stepped back: nothing early or late, no lease stolen"
        case .jobDefiesItsEnd:
            "job that ignores TERM, or hides in a session of its own: TERM, grace, KILL; nothing survives"
        case .outputHeldByGrandchild:
            "grandchild that holds the output: the job ends within a second of its main process"
        case .outputFlood: "endless and binary output: memory bounded, dropped bytes counted, heartbeat on time"
        case .poisonousJob: "job that kills its workers: dead at the third crash, its neighbours complete"
        case .shutdown:
            "SIGTERM, once and twice, with and without Redis: nothing twice, released at once, no retry used"
        case .manyJobsDueAtOnce: "100,000 jobs due at once, 10,000 failing together: bounded scripts, spread retries"
        case .corruptHashAmongOrphans: "one corrupt hash among 1,000 orphans: 999 recovered, one set aside"
        case .bulkVerbInterrupted:
            "retry of a million dead jobs, interrupted: each moved at most once, Redis never held up"
        case .machineExhausted:
            "descriptors or processes exhausted; programs that cannot start: released, or the reason told"
        case .cancelRacesCompletion: "cancel races completion 1,000 times: one terminal state, never a retry"
        case .mixedReleases: "old and new releases together, unknown fields, newer schema: kept for who understands"
        case .clusterResharding: "cluster that moves slots while jobs are claimed: MOVED, ASK and TRYAGAIN followed"
        case .pushFlood:
            "100,000 pushes at once, malformed or mutated: good jobs and urgent ones go on, each is a job or rejected"
        case .fullQueue: "a million jobs in each of four states: every script under 10 ms"
        case .longRun: "a day of traffic: memory and keys stay as they are once retention is reached"
        case .everythingAtOnce: "random faults under load: nothing lost, nothing twice without a reason, checker clean"
        }
    }
}
