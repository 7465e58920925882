import ArgumentParser

struct JobGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job",
        abstract: "Inside a job: tell how far it is, what came of it, and how to go on.",
        discussion: """
            Only for what a job runs. The same can be written to the pipe $QUEUECTL_CONTROL, a line each.

            EXAMPLES:
              queuectl job progress 40 encoding
              echo "progress 40 encoding" > "$QUEUECTL_CONTROL"
            """.filled,
        subcommands: [JobProgress.self, JobResult.self, JobError.self, JobRetryAfter.self, JobFatal.self]
    )
}
