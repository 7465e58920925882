import ArgumentParser

struct JobsGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "The same commands on jobs, under one name.",
        discussion: """
            EXAMPLES:
              queuectl jobs list
              queuectl jobs delete job1
            """.filled,
        subcommands: [
            List.self, Show.self, Logs.self, Wait.self, Edit.self, Cancel.self, Pause.self, Resume.self, Signal.self,
            Delete.self,
        ]
    )
}
