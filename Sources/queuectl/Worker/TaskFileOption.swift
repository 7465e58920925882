import Glibc
import QueueKit
import QueueWorker
import RedisClient

/// The task file that an option or a variable names.
enum TaskFileOption {
    static let variable = "QUEUECTL_TASKS"

    /// The rules of a worker.
    ///
    /// - Parameters:
    ///   - path: What `--tasks` says; without it the variable counts.
    ///   - tasksOnly: Whether jobs with a command of their own are refused.
    ///   - secrets: What it gives to jobs that name secrets.
    static func rules(_ path: String?, tasksOnly: Bool, secrets: SecretStore) throws(Failure) -> JobRules {
        guard let path = try named(path) else {
            guard !tasksOnly else {
                throw Failure(
                    .usage,
                    "--tasks-only needs the tasks that may be run; give --tasks FILE or set \(variable)"
                )
            }
            return JobRules(nil, secrets: secrets)
        }
        let bytes = try bytes(of: path)
        let file: TaskFile
        do throws(TaskFileError) {
            file = try TaskFile(bytes)
        } catch {
            let name = TerminalText.escape(path)
            throw Failure(
                .configuration,
                "Cannot use the task file \(name): \(error). See queuectl tasks check \(name)"
            )
        }
        guard !tasksOnly || !file.names.isEmpty else {
            throw Failure(
                .configuration,
                "--tasks-only leaves nothing to run: \(TerminalText.escape(path)) has no tasks"
            )
        }
        return JobRules(file, tasksOnly: tasksOnly, secrets: secrets)
    }

    /// The file that the option names, or else the variable. Set but empty that is a mistake of the script that sets it: a worker would run without the rules it is to have.
    static func named(_ path: String?) throws(Failure) -> String? {
        if let path { return path }
        guard !Environment.isEmpty(variable) else {
            throw Failure(.configuration, "\(variable) is set, but empty; give the task file, or unset it")
        }
        return Environment.value(variable)
    }

    /// Refuses a file that a worker in the background cannot read.
    static func requireFile(_ path: String?) throws(Failure) {
        guard try named(path) == "-" else { return }
        throw Failure(.usage, "--detach leaves stdin behind; give the task file by its path")
    }

    /// What is in a file; `-` is standard input.
    static func bytes(of path: String) throws(Failure) -> [UInt8] {
        let name = path == "-" ? "stdin" : TerminalText.escape(path)
        let descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw Failure(.configuration, "Cannot read the task file \(name): \(systemMessage(errno))")
        }
        defer { if descriptor > 0 { close(descriptor) } }
        let bytes = try WholeInput.read(descriptor, called: name, atMost: TaskFile.limit)
        guard bytes.count <= TaskFile.limit else {
            throw Failure(.configuration, "The task file \(name) has more than \(ByteSizeText.rounded(TaskFile.limit))")
        }
        return bytes
    }
}
