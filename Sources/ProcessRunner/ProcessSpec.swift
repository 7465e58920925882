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

    /// A pipe by which the processes of a run can talk to whoever started it.
    ///
    /// Every process of the run that is of the worker's user, in its PID namespace and its `/proc`, can open the path for
    /// writing; none inherits it. Up to 4,096 bytes written at once stay together. What is written before the main process
    /// ends is received before the result is out; what is written later, by what the run leaves behind, reaches nobody.
    public struct Control: Sendable {
        /// The environment variable that holds the path.
        public var variable: String
        /// Takes what was written, in pieces of any size, in order. Called on the runner's thread, which all runs share: it
        /// has to return soon.
        public var receive: @Sendable (UnsafeRawBufferPointer) -> Void

        /// Describes a pipe.
        public init(variable: String, receive: @escaping @Sendable (UnsafeRawBufferPointer) -> Void) {
            self.variable = variable
            self.receive = receive
        }
    }

    /// What to run.
    public var program: Program
    /// The whole environment: nothing is inherited, and nothing added but the path of ``control``.
    public var environment: [String: String]
    /// Where to run. `nil`: where the worker was when the ``ProcessRunner`` was made.
    public var workingDirectory: String?
    /// What the process reads. `nil`: `/dev/null`.
    public var standardInput: [UInt8]?
    /// How many bytes of output are kept that nobody has taken yet, stdout and stderr together: the first and the last, half
    /// and half.
    public var outputLimit: Int
    /// Makes what each of the two streams passes before it is kept. `nil`: it is kept as it is written.
    public var outputFilter: (@Sendable () -> any OutputFilter)?
    /// Called when there is output to take and was none before, unless the run ends first: then it comes with the result.
    ///
    /// On the thread that reads all output, so it must return at once. Runs of less than 5 ms are not read while they last.
    public var onOutput: (@Sendable () -> Void)?
    /// How long the main process may run, from its fork, before it is stopped. `nil`: as long as it likes.
    public var timeout: Duration?
    /// How long the tree has from TERM to KILL.
    public var grace: Duration
    /// How much of the machine it may take.
    public var limits = ProcessLimits()
    /// As whom. `nil`: as the worker. Another user can open the pipe of ``control`` no more.
    public var identity: ProcessIdentity?
    /// The pipe to talk back by. `nil`: none.
    public var control: Control?

    /// Describes a run; what is not given has the defaults shown.
    public init(
        program: Program,
        environment: [String: String] = [:],
        workingDirectory: String? = nil,
        standardInput: [UInt8]? = nil,
        outputLimit: Int = 64 * 1024,
        timeout: Duration? = nil,
        grace: Duration = .seconds(10),
        control: Control? = nil
    ) {
        self.program = program
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.standardInput = standardInput
        self.outputLimit = outputLimit
        self.timeout = timeout
        self.grace = grace
        self.control = control
    }
}
