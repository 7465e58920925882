import Foundation
import TestSupport
import Testing

/// `deploy/redis-users.acl`, and servers that use it.
struct UsersFile {
    /// As it is delivered.
    let text: String

    init() throws {
        let file = URL(filePath: #filePath).appending(path: "../../../../deploy/redis-users.acl").standardized
        text = try String(contentsOf: file, encoding: .utf8)
    }

    /// All users but `default` switched on, each with its name for a password; and one more, for the tests themselves.
    var opened: String {
        let lines = text.split(separator: "\n").map { line in
            let name = line.split(separator: " ")[1]
            return name == "default" ? String(line) : String(line).replacing(" off resetpass ", with: " on >\(name) ")
        }
        return (lines + ["user root on >root ~* &* +@all"]).joined(separator: "\n") + "\n"
    }

    /// A server with these users, and nobody else.
    static func server(_ users: String) throws -> RedisServer {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let file = "\(folder.path)/users.acl"
        try Data(users.utf8).write(to: URL(filePath: file))
        return try RedisServer(
            .init(appendOnly: true, configuration: ["maxmemory-policy noeviction", "aclfile \(file)"])
        )
    }

    /// A place to use queuectl in as any of the users.
    static func bench() throws -> Bench {
        try Bench(server: server(UsersFile().opened), namespace: "queuectl", user: "root")
    }
}

extension Bench {
    /// Runs queuectl as one of the users.
    func run(as user: String, _ arguments: String...) async throws -> Outcome {
        try await run(arguments, environment: ["REDIS_URL": url(as: user)])
    }

    /// Makes calls that the user may not make: each ends with 4 and one line that names what is missing, and nothing is written.
    func forbids(_ user: String, _ calls: [(line: String, right: String)]) async throws {
        for (line, right) in calls {
            let before = try await keyspace()
            let words = line.split(separator: " ").map(String.init)
            let outcome = try await run(words, environment: ["REDIS_URL": url(as: user)])
            let isOneLine = outcome.err.split(separator: "\n").count == 1
            #expect(isOneLine && outcome.status == 4 && outcome.err.contains(right), "\(user), \(line): \(outcome)")
            #expect(try await keyspace() == before, "\(user), \(line): something was written")
        }
    }
}
