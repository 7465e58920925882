/// A job as a producer describes it: what `queuectl enqueue` takes, and what other services push.
///
/// The same checks apply whichever way a document arrives: as JSON, as a prepared hash, or built in Swift and
/// `validated()`. A field that is absent is nil, and takes the configured default when the job is stored.
public struct JobDocument: Sendable, Equatable {
    /// The id to give the job; nil to have one made.
    public var id: JobID?
    /// The queue the document names; nil for the one it is sent to.
    public var queue: QueueName?
    /// A command for the shell. Exactly one of `command`, `argv` and `task` must be given.
    public var command: String?
    /// A program and its arguments, run without a shell.
    public var argv: [String]?
    /// The name of something that a worker knows how to do: 1...128 of `A-Z a-z 0-9 _ . -`.
    public var task: String?
    /// The JSON text of an object with the arguments of the task: at most 64 strings, numbers and booleans.
    public var args: String?
    /// 0...10; 10 runs first.
    public var priority: Int?
    /// Retries after the first attempt, 0...1000.
    public var maxRetries: Int?
    /// The wait before retry n is `min(backoffBase ^ n, backoffCap)` seconds; 1...100.
    public var backoffBase: Double?
    /// The longest wait between attempts, at most 30 days.
    public var backoffCap: Duration?
    /// How long one run may take, 1 ms...30 days.
    public var timeout: Duration?
    /// The time from TERM to KILL, at most 60 s.
    public var grace: Duration?
    /// How long to wait before the first run, at most ten years. Excludes `runAt`.
    public var delay: Duration?
    /// When to run first; a time that is past means at once. Excludes `delay`.
    public var runAt: Timestamp?
    /// By when it must have been started; else it is dead. Later than `delay` or `runAt`.
    public var expires: JobExpiry?
    /// Exit codes of a job that is done; 0 unless configured. Not empty.
    public var successCodes: Set<Int>?
    /// Exit codes after which the job is dead, whatever retries are left.
    public var fatalCodes: Set<Int>?
    /// Exit codes after which the job runs again after a wait, 1 ms...30 days, without using a retry. No code may be in
    /// two of these three fields.
    public var snoozeCodes: [Int: Duration]?
    /// Whether a retry avoids hosts on which the job has failed, while another one serves the queue.
    public var retryOnOtherHost: Bool?
    /// The most memory that each of its processes may have, in bytes; 1 MiB...16 TiB.
    public var memory: Int?
    /// The most CPU time that each of its processes may use, in seconds; up to a year.
    public var cpuSeconds: Int?
    /// How much nicer than the worker it runs, 0...19.
    public var nice: Int?
    /// The most files that each of its processes may have open, 16...1,048,576.
    public var openFiles: Int?
    /// Environment variables for the job; names that begin with `QUEUECTL_` are queuectl's own.
    public var env: [String: String]?
    /// Further variables, whose values the worker fills in when it runs the job: at most 32. None may be in `env` too.
    public var envFrom: [String: SecretReference]?
    /// The working directory, an absolute path.
    public var cwd: String?
    /// What the job reads from its standard input.
    public var stdin: String?
    /// Labels to find the job by: at most 32, of 1...128 bytes, without control characters.
    public var tags: [String]?
    /// The JSON text of an object that is the producer's own.
    public var meta: String?
    /// The name of the list that is told what came of the job: 1...128 of `A-Z a-z 0-9 _ . -`.
    public var replyTo: String?
    /// Who answers for it; nil if nobody has signed it. It covers the text that was signed: what is changed here afterwards
    /// makes workers refuse the job.
    public internal(set) var signature: JobSignature?

    /// Makes a document; check it with `validated()` before use.
    public init(id: JobID? = nil, queue: QueueName? = nil, command: String? = nil, argv: [String]? = nil) {
        self.id = id
        self.queue = queue
        self.command = command
        self.argv = argv
    }
}
