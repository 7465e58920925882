/// The bounds of what a job may ask for. What lies outside is refused, never clamped.
public enum JobLimits {
    /// Bytes of a whole document: 1 MiB.
    public static let documentBytes = 1 << 20
    /// Bytes of a command, of one argument, or of one `NAME=value`: the kernel's limit for one string, less its NUL.
    public static let argumentBytes = 131_071
    /// Bytes of a working directory: the kernel's PATH_MAX, less its NUL.
    public static let pathBytes = 4095
    /// Priorities; 10 runs first.
    public static let priority = 0...10
    /// Retries after the first attempt.
    public static let maxRetries = 0...1000
    /// The base of the backoff, in seconds to the power of the retry.
    public static let backoffBase = 1.0...100.0
    /// The longest wait between two attempts; 0 retries at once.
    public static let backoffCap: ClosedRange<Duration> = .zero ... .seconds(30 * 86_400)
    /// How long one run may take.
    public static let timeout: ClosedRange<Duration> = .milliseconds(1) ... .seconds(30 * 86_400)
    /// The time between TERM and KILL.
    public static let grace: ClosedRange<Duration> = .zero ... .seconds(60)
    /// Codes that a process can exit with.
    public static let exitCode = 0...255
    /// The wait after a code that snoozes.
    public static let snooze: ClosedRange<Duration> = .milliseconds(1) ... .seconds(30 * 86_400)
    /// Bytes of memory: from 1 MiB, with which no program starts, to 16 TiB.
    public static let memory = 1 << 20...1 << 44
    /// Seconds of CPU time: up to a year.
    public static let cpuSeconds = 1...31_536_000
    /// How much nicer than the worker.
    public static let nice = 0...19
    /// Open files: from 16, below which no shell starts, to what kernels allow unless told otherwise.
    public static let openFiles = 16...1_048_576
    /// How long a job may be put off: ten years.
    public static let delay: ClosedRange<Duration> = .zero ... .seconds(3650 * 86_400)
    /// Due times: from 2001, so that seconds mistaken for milliseconds are refused, to the end of the year 9999.
    public static let runAt = Timestamp(milliseconds: 1_000_000_000_000)...Timestamp.latest
    /// How long after it was accepted a job may be started first: ten years. So durations and times cannot be confused:
    /// as numbers, the first end where the second are far from beginning.
    public static let expires: ClosedRange<Duration> = .milliseconds(1) ... .seconds(3650 * 86_400)
    /// Bytes of the name of a task, or of a list for answers.
    public static let nameBytes = 1...128
    /// Number of arguments of a task.
    public static let args = 64
    /// Bytes of the name of an argument.
    public static let argNameBytes = 1...128
    /// Number of elements of an argument that is a list.
    public static let argElements = 1000
    /// Number of variables that the worker fills in.
    public static let envFrom = 32
    /// Bytes of the name of such a variable, and of one of the worker's that is referred to.
    public static let variableBytes = 1...128
    /// Bytes of the path of a file that is referred to.
    public static let secretPathBytes = 255
    /// Number of tags.
    public static let tags = 32
    /// Bytes of one tag.
    public static let tagBytes = 128
}
