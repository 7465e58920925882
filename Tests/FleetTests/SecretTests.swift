import FleetSupport
import Foundation
import QueueKit
import RedisClient
import TestSupport
import TestTraits
import Testing

/// Secrets by reference: jobs have them, and nothing that anybody keeps or shows does.
@Suite(.threeAtATime) struct SecretTests {
    /// Each is made of two halves, neither of which stands anywhere else.
    private static let values = [
        "file": ["f1le-9xk27qw-", "tail-4hzm81b"], "variable": ["var1-6prz03c-", "tail-8wqk52n"],
        "task": ["t4sk-2mvy94d-", "tail-1xkq77h"], "key": ["k3y1-5tbn60j\n  ", "k3y2-7cdw39s\n"],
    ]

    private static func value(_ name: String) -> String { values[name, default: []].joined() }

    /// Prints the value of `$V` in two pieces on both streams, with time between them to be read, and a word that is no secret.
    private static let print = """
        echo "visible $QUEUECTL_JOB_ID" >&2; tail=${V#?????????}; head=${V%"$tail"};
        printf %s "$head"; printf %s "$head" >&2; sleep 0.2; echo "$tail"; echo "$tail" >&2
        """

    @Test func noSecretIsFoundAnywhere() async throws {
        let options = RedisServer.Options(appendOnly: true, configuration: ["rdbcompression no", "save 1 1"])
        try await withFleet(options, settings: [.backoffBase: "1", .lease: "3s", .outputCap: "4KiB"]) { fleet in
            let f = fleet.folder.path
            try Self.write(in: f)
            let socket = "\(fleet.server.folder.path)/redis.sock"
            let monitor = try ChildProcess(["redis-cli", "-s", socket, "MONITOR"], output: "\(f)/monitor")
            let events = try ChildProcess(["redis-cli", "-s", socket, "PSUBSCRIBE", "*"], output: "\(f)/events")
            try await waitUntil("redis-cli listens", within: .seconds(20)) {
                !readLines("\(f)/monitor").isEmpty && readLines("\(f)/events").count >= 3
            }
            let ids = try await Self.enqueue(fleet)
            let first = try await Self.start(fleet)
            let follower = try fleet.command(["logs", "crash", "-f"], output: "\(f)/followed")
            try await waitUntil("the job that takes its worker down has printed", within: .seconds(60)) {
                FileManager.default.fileExists(atPath: "\(f)/printed")
            }
            first.process.kill9()
            #expect(FileManager.default.createFile(atPath: "\(f)/go", contents: nil))
            _ = try await Self.start(fleet)
            for id in ids {
                try await waitUntil("\(id) has ended", within: .seconds(60)) {
                    [.completed, .dead].contains(try await fleet.job(JobID(id)).state)
                }
            }
            try await waitUntil("what follows has ended", within: .seconds(20)) { follower.exitCode != nil }
            for (at, words) in [
                ["list", "--json"], ["list"], ["dlq", "list"], ["status", "--json"], ["worker", "list", "--json"],
                ["doctor", "--json"],
            ].enumerated() {
                try await Self.run(fleet, words, "list-\(at)")
            }
            for id in ids {
                try await Self.run(fleet, ["show", id], "show-\(id)")
                try await Self.run(fleet, ["show", id, "--json"], "json-\(id)")
                try await Self.run(fleet, ["logs", id], "logs-\(id)")
            }
            _ = try await fleet.redis.send(RedisCommand("SAVE"))
            monitor.kill9()
            events.kill9()
            try Self.search(fleet)
            #expect(try await fleet.job(JobID("good")).state == .completed)
            #expect(try await fleet.job(JobID("bad")).error?.hasSuffix(": [redacted]") == true)
            #expect(try await fleet.job(JobID("notes")).result == #"{"token":"[redacted]"}"#)
        }
    }

    /// What jobs name: a folder of secrets, and a task file.
    private static func write(in folder: String) throws {
        try FileManager.default.createDirectory(atPath: "\(folder)/secrets", withIntermediateDirectories: true)
        for name in ["file", "task", "key"] {
            try Data((value(name) + "\n").utf8).write(to: URL(filePath: "\(folder)/secrets/\(name)"))
        }
        let script = print.replacing("'", with: "''").replacing("{", with: "{{").replacing("}", with: "}}")
        let tasks = """
            tasks:
              tell:
                argv: [sh, -c, '\(script.replacing("\n", with: " "))']
                env_from: {V: "file:\(folder)/secrets/task"}

            """
        try Data(tasks.utf8).write(to: URL(filePath: "\(folder)/tasks.yaml"))
    }

    private static func start(_ fleet: Fleet) async throws -> WorkerProcess {
        let f = fleet.folder.path
        return try await fleet.start(
            count: 4,
            under: ["TOKEN=\(value("variable"))"],
            "--secrets-dir",
            "\(f)/secrets",
            "--secret-variable",
            "TOKEN",
            "--tasks",
            "\(f)/tasks.yaml"
        )
    }

    private static func enqueue(_ fleet: Fleet) async throws -> [String] {
        let f = fleet.folder.path
        let sum = "printf %s \"$V\" | cksum >\(f)/sum"
        let file = SecretReference.file("file")
        let jobs: [(id: String, command: String, reference: SecretReference)] = [
            ("good", "\(print); \(sum)", file), ("variable", print, .variable("TOKEN")),
            ("bad", "\(print); exit 3", file), ("killed", "\(print); kill -SEGV $$", file),
            ("late", "\(print); printf %s \"$head\"; sleep 60", file),
            ("key", "\(print); echo \"$V\" | sed 's/^/> /'", .file("key")),
            ("flood", "\(print); yes \"a $V b\" | head -c 300000", file),
            (
                "notes",
                """
                \(print); exec >"$QUEUECTL_CONTROL"; echo "progress 40 at $V"; echo "nonsense $V"; echo "error $V"
                echo "result {\\"token\\":\\"$V\\"}"; exit 1
                """, file
            ),
            ("fatal", "\(print); echo \"fatal $V\" >\"$QUEUECTL_CONTROL\"", .variable("TOKEN")),
            ("crash", "\(print); touch \(f)/printed; until [ -e \(f)/go ]; do sleep 0.05; done", file),
        ]
        var documents = jobs.map { job in
            var document = JobDocument(command: job.command)
            document.envFrom = ["V": job.reference]
            if job.id == "late" { document.timeout = .seconds(1) }
            return (job.id, document)
        }
        var task = JobDocument()
        task.task = "tell"
        documents.append(("task", task))
        for (id, document) in documents {
            var document = document
            document.id = try JobID(id)
            document.maxRetries = 1
            document.replyTo = "me"
            let added = try await fleet.queue.enqueue([NewJob(document)], configuration: fleet.configuration)
            guard case .added = added[0] else { throw Unexpected("\(added)") }
        }
        return documents.map(\.0)
    }

    private static func run(_ fleet: Fleet, _ words: [String], _ output: String) async throws {
        let process = try fleet.command(words, output: "\(fleet.folder.path)/\(output)")
        try await waitUntil("\(words) ends", within: .seconds(20)) { process.exitCode != nil }
    }

    /// Looks through everything that was kept: Redis' files, what was sent to it, and what was shown.
    private static func search(_ fleet: Fleet) throws {
        var files: [String] = []
        for folder in [fleet.folder.path, fleet.server.folder.path] {
            for case let name as String in FileManager.default.enumerator(atPath: folder) ?? .init() {
                if !name.hasPrefix("secrets") { files.append("\(folder)/\(name)") }
            }
        }
        let halves = values.values.joined().map { Data($0.trimmingCharacters(in: .whitespacesAndNewlines).utf8) }
        var seen: Set<String> = []
        for file in files {
            guard let data = FileManager.default.contents(atPath: file) else { continue }
            for half in halves where data.range(of: half) != nil {
                Issue.record("\(String(decoding: half, as: UTF8.self)) stands in \(file)")
            }
            if data.range(of: Data("[redacted]".utf8)) != nil { seen.insert(URL(filePath: file).lastPathComponent) }
        }
        // Else nothing was looked at.
        let kept = files.map { URL(filePath: $0).lastPathComponent }.filter { $0.hasSuffix(".aof") || $0 == "dump.rdb" }
        #expect(kept.count >= 2 && seen.isSuperset(of: kept.filter { $0.contains("incr") || $0 == "dump.rdb" }))
        for name in ["monitor", "followed", "worker-0.log", "logs-good", "json-bad", "list-0"] {
            #expect(seen.contains(name), "\(name) says nothing of what was hidden")
        }
        #expect(!readLines("\(fleet.folder.path)/events").isEmpty)
        let sum = try #require(FileManager.default.contents(atPath: "\(fleet.folder.path)/sum"))
        #expect(sum == Data("937945345 25\n".utf8), "the job had another value")
    }
}
