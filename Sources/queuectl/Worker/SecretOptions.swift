import ArgumentParser
import QueueKit
import QueueWorker

/// What a worker gives to jobs that name secrets, as flags.
struct SecretOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A folder of secrets: jobs may name files in it by env_from (file:NAME). Otherwise they get none.",
            valueName: "path"
        ),
        completion: .directory
    )
    var secretsDir: String?

    @Option(
        name: .customLong("secret-variable"),
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "A variable of the worker's environment that jobs may name by env_from (variable:NAME); repeatable.",
            valueName: "name"
        )
    )
    var secretVariables: [String] = []

    /// What that is, for people; empty for nothing.
    var offer: String {
        ((secretsDir.map { ["files below \($0)"] } ?? []) + secretVariables.map { "variable:\($0)" }).joined(
            separator: ", "
        )
    }

    /// Checks what was given, as far as that can be known before a secret is asked for.
    func store(environment: [String: String]) throws(Failure) -> SecretStore {
        if let folder = secretsDir, !folder.hasPrefix("/") {
            throw Failure(
                .usage,
                "--secrets-dir: \(TerminalText.quotedForMessage(folder)) is no absolute path; give one"
            )
        }
        for name in secretVariables where environment[name] == nil {
            let shown = TerminalText.quotedForMessage(name)
            throw Failure(
                .configuration,
                "--secret-variable: the worker has no variable \(shown) in its environment; set it, or leave it out"
            )
        }
        return SecretStore(folder: secretsDir, variables: Set(secretVariables), environment: environment)
    }
}
