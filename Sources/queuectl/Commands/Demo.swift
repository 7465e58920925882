import ArgumentParser
import EmbeddedRedis
import Glibc
import QueueKit

struct Demo: ConsoleCommand {
    static let configuration = CommandConfiguration(
        abstract: "Watch a queue at work, on a private Redis of its own.",
        discussion: """
            Compresses real files through the queue with two worker processes, next to a job that fails twice and then
            succeeds and one that never does. Touches none of your queues, and leaves nothing behind.

            EXAMPLES:
              queuectl demo
              queuectl demo /usr/share/doc
            """.filled
    )

    @Argument(help: "A folder with files to compress; they are only read.", completion: .directory)
    var source: String?

    @OptionGroup var options: GlobalOptions

    func run(_ console: Console) async throws {
        let files = try findFiles()
        let folder = try Self.makeFolder()
        defer { Self.remove(folder) }
        console.print("Starting a private Redis ...")
        console.flush()
        let server: TemporaryServer
        do {
            server = try await EmbeddedServer.temporary()
        } catch {
            throw Failure(.failed, error.description)
        }
        guard case .unix(let socket) = server.configuration.address else {
            throw Failure(.failed, "The private Redis has no socket")
        }
        let stage = try DemoStage(redis: server.configuration, socket: socket, folder: folder, console: console)
        defer { stage.close() }
        try await play(on: stage, files, console)
        stage.close()
        try await server.close()
        console.print("Its Redis and its files are gone. Your own queue: queuectl enqueue --command \"echo Hello\"")
    }

    private func play(on stage: DemoStage, _ files: [String], _ console: Console) async throws {
        stage.say("Jobs: compress and check \(files.count) files")
        let jobs = "\(stage.folder)/jobs.ndjson"
        try Self.write(Self.documents(files, into: stage.folder), to: jobs)
        try await stage.show(["enqueue", "--quiet", "--file", jobs], shown: "enqueue --file jobs.ndjson")
        stage.say("One that fails twice and then succeeds, and one that never does")
        try await stage.show(
            ["enqueue", "--id", "flaky", "--backoff-base", "1", "--command", "test $QUEUECTL_ATTEMPT -ge 3"],
            shown: "enqueue --id flaky --backoff-base 1 --command 'test $QUEUECTL_ATTEMPT -ge 3'"
        )
        try await stage.show(
            [
                "enqueue", "--id", "hopeless", "--max-retries", "1", "--backoff-base", "1", "--command",
                "echo no such luck >&2; exit 3",
            ],
            shown: "enqueue --id hopeless --max-retries 1 --backoff-base 1 --command 'echo no such luck >&2; exit 3'"
        )

        stage.say("Two workers, two jobs at once each")
        let workers = (1...2).map { stage.startWorker($0, slots: 2) }
        console.print("$ queuectl worker start --count 2     (twice)")
        let counts = try await stage.waitUntilIdle()
        for line in Self.lines(of: (1...2).map(stage.log), about: ["flaky", "hopeless"]) { console.print("  " + line) }

        stage.say("What became of them")
        try await stage.show(["status"])
        try Self.check(counts, files, stage.folder, console)

        stage.say("The dead-letter queue, and another life for what is in it")
        try await stage.show(["dlq", "list"])
        try await stage.show(["dlq", "retry", "hopeless"])
        _ = try await stage.waitUntilIdle()
        try await stage.show(["show", "hopeless"])
        stage.say("Done")
        try await stage.show(["worker", "stop"])
        for worker in workers { _ = await worker.result() }
    }

    /// Holds the demonstration to what it shows: every file compressed and readable, one job dead.
    private static func check(
        _ counts: [JobState: Int],
        _ files: [String],
        _ folder: String,
        _ console: Console
    ) throws {
        guard counts[.completed] == files.count + 1, counts[.dead] == 1 else {
            throw Failure(.failed, "The demonstration did not come out as it should; please report this")
        }
        let before = files.reduce(0) { $0 + RealFiles.size(of: $1) }
        let after = files.indices.reduce(0) { $0 + RealFiles.size(of: output($1, folder)) }
        console.print("\(files.count) files: \(ByteSizeText.rounded(before)) became \(ByteSizeText.rounded(after))")
    }

    private static func documents(_ files: [String], into folder: String) -> String {
        files.enumerated().map { number, file in
            let words = [
                "/bin/sh", "-c", "gzip -9 -c < \"$0\" > \"$1\" && gzip -t \"$1\"", file, output(number, folder),
            ]
            let members = [
                JSONMember(name: "id", value: .string("compress-\(number + 1)")),
                JSONMember(name: "argv", value: .array(words.map(JSONValue.string))),
            ]
            return JSONValue.object(members).text + "\n"
        }.joined()
    }

    private static func output(_ number: Int, _ folder: String) -> String { "\(folder)/\(number + 1).gz" }

    private func findFiles() throws -> [String] {
        if let source {
            let found = RealFiles.find(in: source, limit: Self.fileLimit)
            guard !found.isEmpty else {
                throw Failure(
                    .usage,
                    "\(TerminalText.quotedForMessage(source)) holds no files of 1 KiB to 4 MiB to compress"
                )
            }
            return found
        }
        // Where this is run is most likely somewhere with files; every Debian has the licences.
        for folder in [".", "/usr/share/common-licenses", "/etc"] {
            let found = RealFiles.find(in: folder, limit: Self.fileLimit)
            if found.count >= 4 { return found.map { $0.hasPrefix("/") ? $0 : Self.absolute($0) } }
        }
        throw Failure(.failed, "Cannot find files to compress. Name a folder: queuectl demo FOLDER")
    }

    private static let fileLimit = 40
}
