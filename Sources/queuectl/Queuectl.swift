import ArgumentParser

/// The root of all commands.
struct Queuectl: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "queuectl",
        abstract: "A background job queue on Redis.",
        usage: "queuectl <command> [<options>]",
        discussion: """
            EXAMPLES:
              queuectl enqueue --command "echo Hello"
              queuectl status

            Without a Redis URL, queuectl starts and uses a server of its own.
            Every command takes --redis URL, --namespace NAME, --json, --quiet and --color WHEN.
            More: queuectl help exit-codes, queuectl help environment, queuectl help tls
            """.filled,
        version: Version.line,
        groupedSubcommands: [
            CommandGroup(
                name: "Jobs",
                subcommands: [
                    Enqueue.self, Run.self, Status.self, List.self, Show.self, Logs.self, Wait.self, Edit.self,
                    Cancel.self, Pause.self, Resume.self, Signal.self, Delete.self, JobsGroup.self,
                    DLQGroup.self, RejectedGroup.self, PushGroup.self, Sign.self,
                ]
            ),
            CommandGroup(name: "In a job", subcommands: [JobGroup.self]),
            CommandGroup(name: "Workers", subcommands: [WorkerGroup.self, TasksGroup.self]),
            CommandGroup(name: "Queues", subcommands: [QueueGroup.self]),
            CommandGroup(
                name: "Set-up",
                subcommands: [
                    ConfigGroup.self, ServerGroup.self, Doctor.self, InstallFunctions.self, Completions.self,
                    VersionCommand.self,
                ]
            ),
            CommandGroup(name: "Demonstration", subcommands: [Demo.self]),
        ]
    )

    // Hidden here: the commands come first in this help.
    @OptionGroup(visibility: .hidden) var options: GlobalOptions

    func run(_ console: Console) {
        console.print(
            """
            queuectl runs commands in the background, by way of a queue in Redis.

              queuectl enqueue --command "echo Hello"    add a job
              queuectl worker start                      run what is queued

            See what is going on with `queuectl status`. All commands: queuectl --help
            """
        )
    }
}
