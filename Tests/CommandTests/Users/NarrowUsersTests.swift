import QueueKit
import RedisClient
import TestSupport
import Testing

/// The users of `deploy/redis-users.acl`, narrowed to one queue as docs/security.md says.
@Suite struct NarrowUsersTests {
    /// The edits that the document gives.
    private static func narrowed(_ text: String) -> String {
        text.split(separator: "\n").map { line in
            var line = line.replacing("queuectl:{*}:", with: "queuectl:{mail}:")
            let name = line.split(separator: " ")[1]
            if name == "viewer" || name == "producer" {
                line = line.replacing(
                    "%R~queuectl:* ",
                    with:
                        "%R~queuectl:{mail}:* %R~queuectl:queues %R~queuectl:config %R~queuectl:worker:* "
                )
            }
            if name == "viewer" { line = line.replacing("&queuectl:* ", with: "&queuectl:{mail}:events* ") }
            return line
        }.joined(separator: "\n") + "\n"
    }

    @Test func eachWorksOnItsQueueAndOnNoOther() async throws {
        let users = Self.narrowed(try UsersFile().opened)
        #expect(!users.contains("{*}"))
        let bench = try Bench(server: UsersFile.server(users), namespace: "queuectl", user: "root")
        let mail = bench.directory.queue(try QueueName("mail"))
        try await bench.run("enqueue", "--id", "other", "--command", "true")
        func works(_ user: String, _ line: String) async throws {
            let words = line.split(separator: " ").map(String.init)
            let outcome = try await bench.run(words, environment: ["REDIS_URL": bench.url(as: user)])
            #expect(
                outcome.status == 0 && !(outcome.out + outcome.err).contains("NOPERM"),
                "\(user), \(line): \(outcome)"
            )
        }
        try await works("producer", "enqueue --queue mail --id a -- echo hello")
        try await works("producer", "show a --queue mail")
        try await works("viewer", "list --queue mail")
        _ = try await bench.connected(as: "push-only").send(
            RedisCommand("LPUSH", mail.keys.incoming, #"{"id":"b","command":"true"}"#)
        )
        try await works("worker", "worker start --queue mail --drain")
        #expect(try await bench.job("a", in: mail).state == .completed)
        #expect(try await bench.job("b", in: mail).state == .completed)
        for line in ["show a --queue mail", "logs a --queue mail", "logs a --follow --queue mail", "list --queue mail"]
        {
            try await works("viewer", line)
        }
        let keys = "NOPERM this user has no permissions to access one of the keys"
        try await bench.forbids(
            "producer",
            [("enqueue --id x --command true", keys), ("show other --queue default", keys)]
        )
        try await bench.forbids(
            "worker",
            [("worker start --queue default --drain", "may not use keys like queuectl:{default}:*")]
        )
        try await bench.forbids("viewer", [("list --queue default", keys), ("show other --queue default", keys)])
        let push = try await bench.connected(as: "push-only").pipeline([
            RedisCommand("LPUSH", bench.queue.keys.incoming, "x")
        ])
        #expect(push[0].error?.kind == .noPermission)
        #expect(try await bench.job("other").state == .pending)
    }
}

extension Bench {
    /// A connection of one of the users.
    fileprivate func connected(as user: String) -> RedisConnection {
        var configuration = server.configuration
        configuration.username = user
        configuration.password = user
        return RedisConnection(configuration)
    }
}
