/// What to run, in which surroundings, and for how long.
public struct ProcessSpec: Sendable {
    /// The program of a ``ProcessSpec``.
    public enum Program: Sendable, Equatable {
        /// A command line for `/bin/sh -c`.
        case shell(String)
        /// A program and its arguments, handed over byte for byte without a shell. A name without a slash is looked up in the
        /// `PATH` of ``ProcessSpec/environment``, or in `/usr/local/bin:/usr/bin:/bin` if that has none.
        case argv([String])
    }

    /// What to run.
    public var program: Program
    /// The whole environment: nothing is inherited and nothing added.
    public var environment: [String: String]
    /// Where to run. `nil`: where the worker was when the ``ProcessRunner`` was made.
    public var workingDirectory: String?
    /// What the process reads. `nil`: `/dev/null`.
    public var standardInput: [UInt8]?
    /// How many bytes of output are kept that nobody has taken yet, stdout and stderr together: the first and the last, half
    /// and half.
    public var outputLimit: Int
    /// Called when there is output to take and was none before, unless the run ends first: then it comes with the result.
    ///
    /// On the thread that reads all output, so it must return at once. Runs of less than 5 ms are not read while they last.
    public var onOutput: (@Sendable () -> Void)?
    /// How long the main process may run, from its fork, before it is stopped. `nil`: as long as it likes.
    public var timeout: Duration?
    /// How long the tree has from TERM to KILL.
    public var grace: Duration

    /// Describes a run; what is not given has the defaults shown.
    public init(
        program: Program,
        environment: [String: String] = [:],
        workingDirectory: String? = nil,
        standardInput: [UInt8]? = nil,
        outputLimit: Int = 64 * 1024,
        timeout: Duration? = nil,
        grace: Duration = .seconds(10)
    ) {
        self.program = program
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.standardInput = standardInput
        self.outputLimit = outputLimit
        self.timeout = timeout
        self.grace = grace
    }
}
