import ArgumentParser
import QueueKit

struct Enqueue: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Add jobs to a queue.",
        usage: """
            queuectl enqueue <json> [--queue <name>] [--replace]
            queuectl enqueue --command <text> [<options>]
            queuectl enqueue [<options>] -- <program> [<argument> ...]
            queuectl enqueue --file <path> [--queue <name>] [--on-error <what>]
            """,
        discussion: """
            Prints the id of each job on stdout, one on a line. An array in JSON is added as a whole or not at all.
            A file holds one JSON object on each line (NDJSON); a byte-order mark, CRLF and blank lines are skipped.

            EXAMPLES:
              queuectl enqueue '{"command":"echo Hello"}'
              queuectl enqueue --command "make report" --priority 8 --timeout 5m
              queuectl enqueue --delay 10s -- echo "no shell here"
              printf '{"command":"echo %s"}\\n' a b | queuectl enqueue --file -
            """.filled
    )

    @Argument(help: ArgumentHelp("A job, or an array of jobs.", valueName: "json"))
    var document: String?

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("A program and its arguments, run without a shell.", valueName: "program")
    )
    var program: [String] = []

    @Option(
        name: .shortAndLong,
        parsing: .unconditional,
        help: ArgumentHelp("Read jobs from this file, one on a line; - for stdin.", valueName: "path"),
        completion: .file()
    )
    var file: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("On a line that is wrong: stop, or skip it. (default: stop)", valueName: "what"),
        completion: .list(["stop", "skip"])
    )
    var onError: String?

    @Flag(help: "Take the place of a job with the same id, unless it is being run.")
    var replace = false

    @OptionGroup var job: NewJobOptions
    @OptionGroup var signing: SigningOptions
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        let request = try EnqueueRequest(document: document, file: file, onError: onError, job: job, program: program)
        let signer = try JobSigner(signing)
        let printer = EnqueuePrinter(console: console)
        switch request {
        case .jobs(let documents, let queue, let isArray):
            let target = session.directory.queue(queue)
            let jobs = try documents.map { NewJob(try signer?.sign($0, in: target.keys) ?? $0) }
            let configuration = try await session.directory.register([queue])
            let results = try await target.enqueue(
                jobs,
                configuration: configuration,
                replace: replace,
                allOrNone: isArray
            )
            try printer.print(jobs, results, in: queue, isArray: isArray)
        case .lines(let path, let queue, let stopsOnError):
            let file = try JobFile(path: path, queue: queue)
            var work = FileEnqueue(file, stopsOnError: stopsOnError, replace: replace, signer, session, console)
            try await work.run()
        }
    }
}
