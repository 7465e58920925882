/// A job as it is stored: one reading of its hash.
///
/// Reading never fails. What is damaged takes the value a missing field has, and `corrupt` says so, so that such a job
/// can be shown, counted and set aside like any other.
public struct Job: Sendable, Equatable {
    /// The id, from the key.
    public var id: JobID
    /// The queue, from the key.
    public var queue: QueueName
    /// What it runs; nil if that is damaged.
    public var command: JobCommand?
    /// Where it stands; nil if it was prepared but not taken in yet, or is damaged.
    public var state: JobState?
    /// 0...10; 10 runs first.
    public var priority = StoredDefaults.priority
    /// How often it was claimed. Never reset; `attempts` in JSON.
    public var run = 0
    /// Attempts that count against `maxRetries`.
    public var failures = 0
    /// Times that its worker vanished while it ran.
    public var crashCount = 0
    /// Whether one more such crash would end it: until then a worker runs at most one job of this kind at a time.
    public var isSuspect = false
    /// Retries after the first attempt.
    public var maxRetries = StoredDefaults.maxRetries
    /// Base of the backoff.
    public var backoffBase = StoredDefaults.backoffBase
    /// The longest wait between attempts.
    public var backoffCap = StoredDefaults.backoffCap
    /// How long one run may take; nil for no limit.
    public var timeout: Duration?
    /// The time from TERM to KILL.
    public var grace = StoredDefaults.grace
    /// What its exit codes mean.
    public var exitCodes = StoredDefaults.exitCodes
    /// Whether a retry avoids hosts on which it has failed.
    public var retryOnOtherHost = false
    /// The hosts on which it has failed and which it avoids; none unless `retryOnOtherHost`.
    public var failedHosts: [String] = []
    /// The most memory that each of its processes may have, in bytes; nil for no limit.
    public var memory: Int?
    /// The most CPU time that each of its processes may use, in seconds; nil for no limit.
    public var cpuSeconds: Int?
    /// How much nicer than the worker it runs.
    public var nice: Int?
    /// The most files that each of its processes may have open; nil for no limit.
    public var openFiles: Int?
    /// The due time that was asked for.
    public var runAt: Timestamp?
    /// By when it must have been started first; nil for no limit.
    public var expiresAt: Timestamp?
    /// When it runs next, if it waits for that.
    public var nextRunAt: Timestamp?
    /// When it was enqueued or taken in.
    public var createdAt: Timestamp?
    /// When its state last changed: the latest of the times stored.
    public var updatedAt: Timestamp?
    /// When an operator last changed what it asks for.
    public var editedAt: Timestamp?
    /// When the last run began.
    public var startedAt: Timestamp?
    /// When the last run, or the job, ended.
    public var finishedAt: Timestamp?
    /// How long the current or last run had to wait for a worker, counted from when it could have begun.
    public var waited: Duration?
    /// The exit code of the last run; nil if it ended by a signal or not at all.
    public var exitCode: Int?
    /// The signal that ended the last run.
    public var signal: Int?
    /// Why the last run or the job ended, in one word: `exit`, `timeout`, `poison` ...
    public var reason: String?
    /// What went wrong, on one line. Not escaped.
    public var error: String?
    /// What was measured of the last run: a JSON object.
    public var usage: String?
    /// How many percent the current run, or the last one, said that it had done: 0...100.
    public var progress: Int?
    /// What it said that it was doing.
    public var progressText: String?
    /// What a run said that came of it, the last one that said so: a JSON value.
    public var result: String?
    /// When someone asked to cancel it while it ran.
    public var cancelRequested: Timestamp?
    /// Since when its processes are to stand still, while it runs.
    public var pausedAt: Timestamp?
    /// Who holds it, or held it last.
    public var token: JobToken?
    /// Environment variables of its own.
    public var env: [String: String] = [:]
    /// Further variables, which the worker fills in when it runs the job.
    public var envFrom: [String: SecretReference] = [:]
    /// The working directory.
    public var cwd: String?
    /// What it reads from standard input.
    public var stdin: String?
    /// Labels.
    public var tags: [String] = []
    /// The producer's own object, as one line of JSON.
    public var meta: String?
    /// The name of the list that is told what came of it.
    public var replyTo: String?
    /// Who answers for it; nil if it is not signed. Nothing is verified by reading it: see ``SigningKeys/verify(_:in:at:)``.
    public var signature: JobSignature?
    /// The document, as long as no worker has read it: of a job that another service has added by a function. What it asks for is
    /// taken from there, as far as it can be read.
    public var document: [UInt8]?
    /// Names of fields that this release does not know, sorted: written by a newer one, they may change what the job means.
    public var unknownFields: [String] = []
    /// The first thing found damaged, as one line; nil if all is well.
    public var corrupt: String?

    /// The worker that holds it, or held it last.
    public var worker: WorkerID? { token?.worker }

    /// How it is retried.
    public var retryPolicy: RetryPolicy {
        RetryPolicy(maxRetries: maxRetries, base: backoffBase, cap: backoffCap)
    }
}
