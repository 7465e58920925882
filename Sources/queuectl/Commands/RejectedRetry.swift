import ArgumentParser
import Glibc
import QueueKit

struct RejectedRetry: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Take rejected pushes in again, as they are or corrected.",
        usage: """
            queuectl rejected retry <id> ... [--queue <name>]
            queuectl rejected retry <id> --edit
            queuectl rejected retry <id> --file <path>
            queuectl rejected retry --all [--queue <name>] [--yes]
            """,
        discussion: """
            As it is: once what it collided with is gone, its prepared hash is there, or this release takes what an older one
            refused. --edit opens $VISUAL, $EDITOR or vi on what was pushed. --file takes a whole document in its place.

            What is still wrong is explained, and stays rejected. What is taken in is a job, and no rejected push any more. --all asks
            first on a terminal and needs --yes elsewhere; it explains the first few that are left, and ends with 1 then.

            EXAMPLES:
              queuectl rejected retry 1795251600000-0
              queuectl rejected retry --all --yes
            """.filled
    )

    @Argument(help: ArgumentHelp("Ids, as rejected list shows them.", valueName: "id"))
    var ids: [String] = []

    @Flag(help: "Correct it in an editor first.")
    var edit = false

    @Option(
        name: .shortAndLong,
        parsing: .unconditional,
        help: ArgumentHelp("Take the document from this file instead; - for stdin.", valueName: "path"),
        completion: .file()
    )
    var file: String?

    @Flag(help: "Every rejected push, or every one of --queue.")
    var all = false

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var queueOption: QueueOption
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        try check()
        if all { return try await retryAll(session, console) }
        let text = try file.map { path throws(Failure) in try EditedText(path: path) }
        let editor = edit ? try editor(console) : nil
        var failures: [Failure] = []
        for id in ids {
            do {
                let readmission = try await Readmission(id, session, queueOption, console)
                if let text {
                    readmission.print(try await readmission.replace(by: text))
                } else if let editor {
                    readmission.print(try await readmission.edit(in: editor))
                } else {
                    readmission.print(try await readmission.retry())
                }
            } catch let failure as Failure {
                failures.append(failure)
            }
        }
        try console.report(failures, of: ids.count)
    }

    private func check() throws(Failure) {
        if all, !ids.isEmpty { throw Failure(.usage, "Give ids or --all, but not both") }
        if edit, file != nil { throw Failure(.usage, "Give --edit or --file, but not both") }
        guard all || edit || file != nil || !ids.isEmpty else {
            throw Failure(.usage, "Say which rejected pushes to retry: give ids, or --all")
        }
        guard ids.count == 1 || (!edit && file == nil) else {
            throw Failure(.usage, "Give one id with \(edit ? "--edit" : "--file")")
        }
    }

    private func editor(_ console: Console) throws(Failure) -> DocumentEditor {
        if let editor = DocumentEditor(isTerminal: console.err.isTerminal && isatty(0) == 1) { return editor }
        throw Failure(.usage, "--edit: no variable EDITOR names an editor. Set it, or give the document by --file")
    }

    private func retryAll(_ session: Session, _ console: Console) async throws {
        let queues = try await session.queues(queueOption)
        let all = ReadmissionOfAll(session: session, console: console)
        let count = try await all.count(in: queues)
        if count > 0 {
            try confirmation.ask(
                "take \(count.of("rejected push", plural: "rejected pushes")) in again",
                on: console
            )
        }
        try await all.run(queues, count: count)
    }
}
