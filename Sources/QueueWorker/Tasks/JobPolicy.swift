import Glibc
import QueueKit

/// What jobs of a queue may ask for. Whatever is nil is not restricted.
struct JobPolicy: Sendable {
    /// Patterns of the programs (`argv[0]`) that may be run, as `fnmatch` has them: `*` stands for anything but a slash.
    var commands: [String]?
    /// Whether shell commands may be run. Nil: unless `commands` restricts what is run.
    var shell: Bool?
    /// As which user.
    var user: UserAccount?
    /// The folder that jobs stay below with their `cwd`.
    var cwdRoot: String?
    /// The variables that jobs may set. Nil: all but those that make any program run something else; for tasks, and with `commands`, none.
    var environment: [EnvironmentRule]?
    /// Patterns of what `env_from` may refer to (`file:mail/*`). Nil: all that the worker offers.
    var secrets: [String]?
    /// The longest timeout that a job may have; one without gets this.
    var maxTimeout: Duration?

    /// Whether this program may be run.
    func allows(program: String) -> Bool {
        guard let commands else { return true }
        // A pattern for names in a folder does not stand for "..", nor for what is further down.
        return commands.contains { fnmatch($0, program, FNM_PATHNAME | FNM_PERIOD | FNM_NOESCAPE) == 0 }
    }

    var allowsShell: Bool { shell ?? (commands == nil) }

    /// Whether a job may set this variable.
    func allows(variable: String, isTask: Bool) -> Bool {
        if let environment { return environment.contains { $0.allows(variable) } }
        // Most programs have a variable that makes them run another one: TAR_OPTIONS, GIT_SSH_COMMAND. Nobody knows them all.
        return !isTask && commands == nil && !Self.isDangerous(variable)
    }

    /// Whether a job may refer to this.
    func allows(secret: SecretReference) -> Bool {
        secrets?.contains { fnmatch($0, secret.description, FNM_PATHNAME | FNM_PERIOD | FNM_NOESCAPE) == 0 } ?? true
    }

    /// Variables by which any program is made to run something that is not named in its argv.
    private static func isDangerous(_ name: String) -> Bool {
        ["LD_", "GCONV_", "BASH_FUNC_"].contains { name.beginsWithBytes(of: $0) }
    }
}
