import ArgumentParser
import QueueKit

struct Sign: ConsoleCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a job signed, as any service can push it. Needs no Redis.",
        usage: """
            queuectl sign <json> [--queue <name>] --signing-keys <path>
            queuectl sign [<options>] --signing-keys <path> -- <program> [<argument> ...]
            queuectl sign --file <path> [--queue <name>] --signing-keys <path>
            """,
        discussion: """
            Takes what enqueue takes, and prints an envelope for each job, one on a line: for LPUSH, FCALL, or enqueue. It holds for
            one queue of one namespace, under one id, until its time is over (--valid-for).

            EXAMPLES:
              queuectl sign '{"command":"make report"}' --signing-keys keys
              queuectl sign --queue mail --signing-keys keys -- send 17 >job.json
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

    @OptionGroup var job: NewJobOptions
    @OptionGroup var signing: SigningOptions
    @OptionGroup var options: GlobalOptions

    func run(_ console: Console) async throws {
        let request = try EnqueueRequest(document: document, file: file, onError: nil, job: job, program: program)
        guard let signer = try JobSigner(signing) else {
            throw Failure(
                .usage,
                "There is nothing to sign with: give --signing-keys FILE or set \(SigningKeysFile.variable)"
            )
        }
        let namespace = try Namespace.name(options)
        func print(_ document: JobDocument) throws(Failure) {
            var document = document
            let queue = document.queue ?? .default
            document.queue = queue
            let signed = try signer.sign(document, in: QueueKeys(namespace: namespace, queue: queue))
            if let envelope = signed.envelope { console.print(envelope) }
        }
        switch request {
        case .jobs(let documents, _, _):
            for document in documents { try print(document) }
        case .lines(let path, let queue, _):
            let file = try JobFile(path: path, queue: queue)
            var batch = try await file.nextBatch()
            while !batch.isEmpty {
                for entry in batch { try print(entry.content.get()) }
                batch = try await file.nextBatch()
            }
        }
    }
}
