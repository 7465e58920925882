import ArgumentParser
import QueueKit

struct Edit: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Change a job that is not running: by flags, as a document, or in an editor.",
        usage: """
            queuectl edit <id> [<options>] [--unset <field> ...]
            queuectl edit <id> [<options>] -- <program> [<argument> ...]
            queuectl edit <id> --file <path>
            queuectl edit <id>
            """,
        discussion: """
            For jobs that are pending, scheduled, failed or dead. A flag sets its field, all of it: --env and --tag too.
            --file takes a whole document: what it leaves out gets its built-in default. Without either, $VISUAL, $EDITOR or
            vi opens on the job's document; what is missing there afterwards gets its built-in default too.

            The id and the queue cannot change. run_at is when the job runs next: without it, a scheduled job, or one that waits for a
            retry, runs at once. Nothing is changed if the job has been run or edited since it was read.

            A signed job is signed anew if there are keys (--signing-keys, QUEUECTL_SIGNING_KEYS). Without them workers that verify
            signatures refuse it, unless only its priority, its retries or its times have changed.

            EXAMPLES:
              queuectl edit job1 --priority 9 --timeout 5m
              queuectl edit job1 --command "make report" --unset tags --unset timeout
              echo '{"command":"make report","priority":9}' | queuectl edit job1 --file -
            """.filled
    )

    @Argument(help: ArgumentHelp("The id of a job.", valueName: "id"))
    var job: String

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("A program and its arguments, run without a shell.", valueName: "program")
    )
    var program: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Remove this field, so that it has its built-in default; repeatable.", valueName: "field")
    )
    var unset: [String] = []

    @Option(
        name: .shortAndLong,
        parsing: .unconditional,
        help: ArgumentHelp("Take the whole document from this file; - for stdin.", valueName: "path"),
        completion: .file()
    )
    var file: String?

    @OptionGroup var queueOption: QueueOption
    @OptionGroup var fields: JobOptions
    @OptionGroup var signing: SigningOptions
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        let request = try EditRequest(self, isTerminal: console.err.isTerminal)
        let signer = try JobSigner(signing)
        let editing = try await JobEditing(JobTargets.id(job), session, queueOption, signer, console)
        switch request {
        case .fields(let given, let names): try await editing.change(setting: given, leavingOut: names)
        case .document(let document): try await editing.replace(by: document)
        case .editor(let editor): try await editing.open(in: editor)
        }
    }
}
