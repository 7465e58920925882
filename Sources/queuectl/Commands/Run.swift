import ArgumentParser
import QueueKit

struct Run: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a command by way of the queue as if it ran here: its output comes here, and its exit code.",
        usage: "queuectl run [<options>] -- <program> [<argument> ...]",
        discussion: """
            The job's stdout and stderr come on ours while it runs on whichever host has a free worker: byte for byte into
            pipes and files, escaped on a terminal. Of more than output-cap the middle is missing, and stderr says so. Ends
            with its exit code; 128+n if signal n ended it, 124 if it took longer than --timeout, 127 or 126 if it could not
            be started, and 125 if queuectl itself failed.
            It is not retried unless --max-retries says so, and reads nothing unless -i is given. Ctrl-C or TERM cancels the
            job and waits for its end; a second one leaves it. Where nobody reads the output any more (| head), the job is
            cancelled too. With --json, the job stands on stderr in the end.

            EXAMPLES:
              queuectl run -- echo "hello from a worker"
              printf 'b\\na\\n' | queuectl run -i -- sort | head -1
              queuectl run --timeout 1m --command 'echo "a shell: $0"'
            """.filled
    )

    @Argument(help: .hidden)
    var misplaced: String?

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("A program and its arguments, run without a shell.", valueName: "program")
    )
    var program: [String] = []

    @Flag(name: [.customShort("i"), .long], help: "Give the job what stands on our stdin, as a whole; up to 1 MiB.")
    var interactive = false

    @OptionGroup var job: NewJobOptions
    @OptionGroup var signing: SigningOptions
    @OptionGroup var options: GlobalOptions

    static func status(for failure: Failure) -> ExitStatus { .ownFailure }

    func run(_ session: Session, _ console: Console) async throws {
        let document = try document()
        let signer = try JobSigner(signing)
        let interrupts = try Interrupts()
        let name = document.queue ?? .default
        let queue = session.directory.queue(name)
        let new = NewJob(try signer?.sign(document, in: queue.keys) ?? document)
        let settings = try await session.directory.register([name])
        switch try await queue.enqueue([new], configuration: settings)[0] {
        case .exists(let state):
            throw Failure(.exists, EnqueuePrinter.existsMessage(new, state, in: name), field: "id")
        case .refused(let why): throw Failure(.exists, EnqueuePrinter.refusedMessage(new.id, why, in: name))
        case .added, .replaced, .skipped: break
        }
        let code = try await LiveRun(of: new.id, in: queue, hiding: settings.redact, console).run(interrupts)
        if code != 0 { throw ExitCode(code) }
    }

    private func document() throws -> JobDocument {
        if let word = misplaced {
            let shown = TerminalText.quotedForMessage(word)
            throw Failure(.usage, "\(shown) stands before --; put the program behind it: queuectl run -- PROGRAM")
        }
        guard job.fields.hasProgram(program) else {
            throw Failure(.usage, "There is nothing to run: give a program behind --, --command or --task")
        }
        var job = job
        if interactive {
            guard job.fields.stdin == nil else { throw Failure(.usage, "Give -i or --stdin, but not both") }
            job.fields.stdin = try StandardInput.text(atMost: JobLimits.documentBytes)
        }
        // It stands for the command, which would run once.
        if job.fields.maxRetries == nil { job.fields.maxRetries = "0" }
        return try job.document(program: program)
    }
}
