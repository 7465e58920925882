import CSpawn
import Glibc

/// Why a process could not be started.
public struct SpawnFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was being done.
    public enum Step: String, Sendable {
        /// Checking the specification.
        case arguments
        /// Making the pipes for its output, or handing descriptors over.
        case descriptors
        /// Preparing its standard input.
        case standardInput
        /// Starting the processes that watch over it.
        case guardian
        /// Setting one of its ``ProcessLimits``.
        case limits
        /// Becoming its ``ProcessIdentity``.
        case identity
        /// Forking.
        case fork
        /// Entering the working directory.
        case workingDirectory
        /// Executing the program.
        case exec
        /// Anything, while the runner was shut down.
        case shutdown
    }

    /// What was being done.
    public var step: Step
    /// What the system said.
    public var errno: Int32
    /// What failed, on which object, and why, in one line.
    public var message: String

    /// Whether the machine had run out of something (processes, memory, descriptors): the command is not to blame, and may well
    /// start later.
    public var isExhaustion: Bool {
        switch errno {
        case EAGAIN, ENOMEM, EMFILE, ENFILE, ENOBUFS, ETOOMANYREFS: true
        default: false
        }
    }

    /// ``message``.
    public var description: String { message }

    init(_ step: Step, _ errno: Int32, _ attempt: String, reason: String? = nil) {
        self.step = step
        self.errno = errno
        message = "\(attempt): \(reason ?? Self.explain(errno))"
    }

    /// The system's words for an errno, beginning in lower case.
    static func explain(_ errno: Int32) -> String {
        guard let text = strerror(errno) else { return "error \(errno)" }
        let words = String(cString: text)
        return words.prefix(1).lowercased() + words.dropFirst()
    }
}

extension SpawnFailure {
    /// Of a run that has not begun: the command is not to blame.
    static let minderKilled = SpawnFailure(
        .guardian,
        EAGAIN,
        "cannot start a minder",
        reason: "it was killed before it began"
    )

    /// A failure that the minder reported.
    init(step: UInt32, errno: Int32, spec: ProcessSpec) {
        switch qc_step(step) {
        case QC_STEP_DESCRIPTORS, QC_STEP_STDIO:
            self.init(.descriptors, errno, "cannot hand over the descriptors")
        case QC_STEP_CHDIR:
            self.init(.workingDirectory, errno, "cannot enter working directory \(quoted(spec.workingDirectory ?? ""))")
        case QC_STEP_EXEC:
            let name = spec.programName
            self.init(.exec, errno, "cannot start \(quoted(name))", reason: spec.explainExec(name, errno))
        case QC_STEP_MEMORY, QC_STEP_CPU_SECONDS, QC_STEP_OPEN_FILES, QC_STEP_NICENESS:
            self.init(.limits, errno, spec.limits.attempt(step), reason: ProcessLimits.explain(errno))
        case QC_STEP_IDENTITY:
            self.init(.identity, errno, "cannot run as the user \(spec.identity?.user ?? 0)")
        case QC_STEP_FORK, QC_STEP_SESSION:
            self.init(.fork, errno, "cannot fork a process for \(quoted(spec.programName))")
        default:
            self.init(.guardian, errno, "cannot start a minder for \(quoted(spec.programName))")
        }
    }
}

extension ProcessSpec {
    var programName: String {
        switch program {
        case .shell: "/bin/sh"
        case .argv(let arguments): arguments.first ?? ""
        }
    }

    /// What execve leaves open. "No such file" is also the answer to a script whose interpreter is missing, and then misleads.
    func explainExec(_ name: String, _ errno: Int32) -> String? {
        switch errno {
        case E2BIG:
            return "argument list too long (arguments and environment together, or one of them over 128 KiB)"
        case ENOEXEC:
            return "exec format error (not a program for this machine, and no #! line)"
        case ENOENT where name.contains("/"):
            let path = name.hasPrefix("/") ? name : (workingDirectory ?? ".") + "/" + name
            guard let interpreter = interpreterOfScript(path) else { return nil }
            return "its interpreter \(quoted(interpreter)) does not exist"
        default:
            return nil
        }
    }
}

/// The interpreter that a script's first line names, or `nil` if it is no script.
private func interpreterOfScript(_ path: String) -> String? {
    guard let file = OwnedDescriptor(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) else { return nil }
    let start = [UInt8](unsafeUninitializedCapacity: 256) { buffer, count in
        count = max(0, read(file.number, buffer.baseAddress, buffer.count))
    }
    guard start.starts(with: "#!".utf8) else { return nil }
    let line = start.dropFirst(2).drop { $0 == UInt8(ascii: " ") }
    return String(decoding: line.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: " ") }, as: UTF8.self)
}

func quoted(_ text: String) -> String {
    let shown = text.utf8.count > 200 ? String(text.prefix(200)) + "..." : text
    return "\"\(shown)\""
}
