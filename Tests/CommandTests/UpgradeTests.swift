import Foundation
import QueueKit
import QueueTestSupport
import RedisClient
import TestSupport
import TestTraits
import Testing

/// Queues that other releases have written.
@Suite(.fault(.mixedReleases)) struct UpgradeTests {
    static let commands: [String] = [
        "enqueue --command true", "list", "list --state dead", "show a", "logs a", "cancel a", "delete a",
        "edit a --priority 3", "dlq list", "dlq show a", "dlq retry a", "dlq retry --all", "dlq purge --yes",
        "rejected list", "rejected show 1-0", "rejected retry 1-0", "rejected retry --all --yes",
        "rejected purge --yes", "pause", "resume", "pause a", "resume a",
        "wait a",
        "signal a TERM", "run --id b -- true",
    ]

    /// One line, which names the queue and both schemas and says what to do; and nothing is written.
    @Test func aQueueOfANewerSchemaIsRefusedByEveryCommand() async throws {
        let bench = try Bench()
        let queue = bench.directory.queue(try QueueName("mail"))
        try await bench.add("a", in: .dead, to: queue)
        _ = try await bench.redis.send(RedisCommand("HSET", queue.keys.meta, "schema", "2"))
        let before = try await bench.contents()
        for command in Self.commands {
            let words = command.split(separator: " ").map(String.init)
            let outcome = try await bench.run(
                [words[0]] + (["dlq", "rejected"].contains(words[0]) ? [words[1]] : [])
                    + ["--queue", "mail"] + words.dropFirst(["dlq", "rejected"].contains(words[0]) ? 2 : 1)
            )
            let status: Int32 = ["run", "wait"].contains(words[0]) ? 125 : 78
            #expect(outcome.status == status, "\(command): \(outcome.status) \(outcome.err)")
            #expect(outcome.out.isEmpty, "\(command)")
            let lines = outcome.err.split(separator: "\n")
            #expect(lines.count == 1, "\(command): \(outcome.err)")
            let advice = #""mail": the queue has schema 2, this release knows 1; use a newer queuectl"#
            #expect(lines.last?.hasSuffix(advice) == true, "\(command): \(outcome.err)")
        }
        #expect(try await bench.contents() == before)
    }

    @Test func statusAndDoctorTellOfANewerSchema() async throws {
        let bench = try Bench()
        let queue = bench.directory.queue(try QueueName("mail"))
        try await bench.add("a", in: .completed, to: queue)
        try await bench.add("b", in: .completed)
        _ = try await bench.redis.send(RedisCommand("HSET", queue.keys.meta, "schema", "2"))
        let before = try await bench.contents()
        let status = try await bench.run("status")
        #expect(status.status == 0)
        #expect(
            status.out.contains(#"! "mail" has schema 2, this release knows 1: it is left alone. Use a newer queuectl"#)
        )
        let doctor = try await bench.run("doctor", "--fix", "--queue", "mail")
        #expect(doctor.status == 1)
        #expect(doctor.out.contains("the queue has schema 2, this release knows 1; use a newer queuectl"))
        #expect(try await bench.contents() == before)
        // A job of another queue is found as ever.
        #expect(try await bench.run("show", "b").status == 0)
        #expect(try await bench.run("show", "a").status == 78)
    }

    @Test(arguments: try KeptQueue.all())
    func aQueueOfAnEarlierReleaseIsShown(kept: KeptQueue) async throws {
        let bench = try Bench()
        _ = try await bench.directory.register([.default])
        try await kept.load(into: bench.queue, redis: bench.redis)
        let list = try await bench.run("list", "--quiet", "--limit", "100")
        #expect(list.lines.count == 15, "\(list.out)")
        for id in list.lines {
            let shown = try await bench.run("show", id, "--json")
            #expect(shown.status == 0 && shown.err.isEmpty, "\(id): \(shown.err)")
        }
        #expect(try await bench.run("logs", "dead").out.contains("line"))
        #expect(try await bench.run("dlq", "retry", "dead").status == 0)
        #expect(try await bench.run("edit", "scheduled", "--priority", "9").status == 0)
        #expect(try await bench.queue.job(JobID("scheduled"))?.priority == 9)
        let doctor = try await bench.run("doctor", "--json")
        #expect(!doctor.out.contains(#""severity":"error""#), "\(doctor.out)")
    }

    /// What a release writes has to be kept for those after it: see CONTRIBUTING.md.
    @Test func aQueueOfThisReleaseIsKept() async throws {
        let version = try #require(try await Bench().run("version", "--json").out.json()["version"])
        guard case .string(let release) = version else { throw CallError(description: "no version") }
        #expect(try KeptQueue.all().contains { $0.description.hasSuffix("/\(release)") })
    }
}

extension Bench {
    /// Everything in this bench's namespace, as Redis dumps it.
    fileprivate func contents() async throws -> [String: [UInt8]] {
        var contents: [String: [UInt8]] = [:]
        for key in try await redis.send(RedisCommand("KEYS", "\(namespace):*")).array ?? [] {
            guard let name = key.string else { continue }
            contents[name] = try await redis.send(RedisCommand("DUMP", name)).bytes
        }
        return contents
    }
}
