import QueueKit
import RedisClient
import TestSupport
import Testing

/// A place to use queuectl in: a server, a namespace of its own, and a clean environment.
final class Bench: Sendable {
    let server: RedisServer
    let namespace: String
    let redis: RedisConnection
    let directory: QueueDirectory
    /// A home, and the folder that programs run in.
    let folder: TemporaryFolder

    /// The user of ``redis``, whose password is the same word; nil for none.
    private let user: String?

    init(server: RedisServer? = nil, namespace: String? = nil, user: String? = nil) throws {
        let chosen = try server ?? RedisServer.shared()
        self.server = chosen
        self.namespace = namespace ?? RedisServer.uniqueName("c")
        self.user = user
        var configuration = chosen.configuration
        configuration.username = user
        configuration.password = user
        redis = RedisConnection(configuration)
        directory = QueueDirectory(namespace: self.namespace, redis: redis)
        folder = try TemporaryFolder()
    }

    /// The queue `default`.
    var queue: JobQueue { directory.queue(.default) }

    var url: String { url(as: user) }

    /// The URL for a user whose password is the same word.
    func url(as user: String?) -> String {
        "unix://" + (user.map { "\($0):\($0)@" } ?? "") + "\(server.folder.path)/redis.sock"
    }

    /// What programs find in their environment.
    var environment: [String: String] {
        [
            "PATH": "\(Program.folder):/usr/local/bin:/usr/bin:/bin", "HOME": folder.path, "TMPDIR": folder.path,
            "LANG": "C.UTF-8", "REDIS_URL": url, "QUEUECTL_NAMESPACE": namespace,
        ]
    }

    /// Runs queuectl.
    @discardableResult
    func run(
        _ arguments: [String],
        input: String = "",
        environment more: [String: String?] = [:],
        columns: Int? = nil
    ) async throws -> Outcome {
        var call = Call(arguments: arguments, environment: environment)
        if columns != nil { call.environment["TERM"] = "xterm" }
        for (name, value) in more { call.environment[name] = value }
        call.input = Array(input.utf8)
        call.folder = folder.path
        call.columns = columns
        return try await call.run()
    }

    /// Runs queuectl with arguments that are easy to read.
    @discardableResult
    func run(_ arguments: String...) async throws -> Outcome { try await run(arguments) }

    /// Runs a line in a shell.
    func shell(_ line: String) async throws -> Outcome {
        var call = Call(program: "/bin/sh", arguments: ["-c", line], environment: environment)
        call.folder = folder.path
        return try await call.run()
    }

    /// How many keys the namespace has: none if nothing was written.
    func keyCount() async throws -> Int {
        try await redis.send(RedisCommand("KEYS", "\(namespace):*")).array?.count ?? 0
    }

    func job(_ id: String, in queue: JobQueue? = nil) async throws -> Job {
        try #require(try await (queue ?? self.queue).job(JobID(id)), "there is no job \(id)")
    }
}
