import Foundation
import QueueKit
import QueueTestSupport
import RedisClient
import TestSupport
import Testing

/// Whatever another service pushes: it is set aside with its bytes and a reason, and its neighbours run.
@Suite struct PushedFaultsTests {
    private struct Push {
        let entry: [UInt8]
        /// What the reason has to say.
        let reason: String

        init(_ entry: String, _ reason: String) { self.init(Array(entry.utf8), reason) }

        init(_ entry: [UInt8], _ reason: String) {
            self.entry = entry
            self.reason = reason
        }
    }

    private static let pushes: [Push] = [
        Push(#"{"command":"true""#, "is not valid JSON"), Push("[1,2]", "neither a JSON object nor"),
        Push("[]", "neither a JSON object nor"), Push("17", "there is no prepared hash for 17"),
        Push("-1.5e3", "there is no prepared hash"), Push("", "neither a JSON object nor"),
        Push(#"{"command":"true","meta":"# + String(repeating: "[", count: 10_000), "deep"),
        Push(#"{"command":"true","meta":{"n":9007199254740993}}"#, "beyond 2^53"),
        Push(Array(#"{"command":""#.utf8) + [0xff, 0xfe] + Array("\"}".utf8), "UTF-8"),
        Push(Array(#"{"command":"a"#.utf8) + [0] + Array("\"}".utf8), "is not valid JSON"),
        Push(#"{"command":"a\u0000b"}"#, "NUL"), Push("{}", "command: is missing"),
        Push(#"{"command":" "}"#, "command: "), Push(#"{"command":["true"]}"#, "command: "),
        Push(#"{"command":"true","priority":"high"}"#, "priority: "),
        Push(#"{"command":"true","priority":11}"#, "priority: 11 is out of range; give 0...10"),
        Push(#"{"command":"true","max_retries":-1}"#, "max_retries: -1 is out of range"),
        Push(#"{"command":"true","id":"a b"}"#, "id: "), Push(#"{"command":"true","queue":"../x"}"#, "queue: "),
        Push(#"{"command":"true","queue":"other"}"#, "queue: "), Push("../x", "neither a JSON object nor"),
        Push("ghost", "there is no prepared hash for ghost; write its job hash before pushing the id"),
        Push("nothing-to-do", "command: is missing"), Push("held", "id: job held exists already (processing)"),
        Push("done", "id: job done exists already (completed)"),
        Push("prepared", "id: job prepared exists already ("),
        Push(#"{"id":"done","command":"other"}"#, "id: job done exists already (completed)"),
        Push(#"{"id":"held","command":"other"}"#, "id: job held exists already (processing)"),
        Push("text", "there is no prepared hash for text"),
    ]

    @Test func eachIsSetAsideAndItsNeighboursRun() async throws {
        let bench = try await PushBench()
        let redis = bench.redis
        let held = try JobID("held")
        let done = try JobID("done")
        try await bench.withWorker(slots: 4) { job in
            if job.id == held { try await Task.sleep(for: .seconds(3600)) }
        } _: {
            try await bench.push([#"{"id":"done","task":"x"}"#, #"{"id":"held","task":"x"}"#].map { Array($0.utf8) })
            try await waitUntil("one is done and one runs", within: .seconds(30)) {
                let jobs = try await bench.queue.jobs([done, held])
                return jobs.map { $0?.state } == [.completed, .processing]
            }
            for (id, field) in [("nothing-to-do", "priority"), ("prepared", "command")] {
                _ = try await redis.send(RedisCommand("HSET", bench.queue.keys.job(try JobID(id)), field, "5"))
            }
            _ = try await redis.send(RedisCommand("SET", bench.queue.keys.job(try JobID("text")), "x"))
            // The first of these two is a job.
            try await bench.push([Array("prepared".utf8)])
            for (number, push) in Self.pushes.enumerated() {
                try await bench.push([push.entry, Array(#"{"id":"good-\#(number)","task":"x"}"#.utf8)])
            }
            try await waitUntil("the good ones are done", within: .seconds(60)) {
                try await bench.queue.status(heartbeat: .seconds(10)).jobs[.completed] == Self.pushes.count + 2
            }
            try await bench.waitForIntake(within: .seconds(30))
            _ = try await redis.send(RedisCommand("DEL", bench.queue.keys.job(try JobID("text"))))
            _ = try await redis.send(RedisCommand("DEL", bench.queue.keys.job(try JobID("nothing-to-do"))))
            try await bench.requireOrder()
            #expect(try await bench.queue.job(held)?.state == .processing)
        }
        let rejected = try await bench.queue.rejected(limit: 1000).reversed()
        #expect(rejected.map(\.raw) == Self.pushes.map(\.entry))
        for (push, found) in zip(Self.pushes, rejected) {
            #expect(
                found.reason.contains(push.reason),
                "\(TerminalText.shorten(TerminalText.escape(push.entry), to: 60))"
            )
        }
    }

    @Test func fiveMegabytesAreSetAside() async throws {
        let bench = try await PushBench()
        let large = Array(#"{"command":"true","stdin":"\#(String(repeating: "x", count: 5_000_000))"}"#.utf8)
        try await bench.withWorker(slots: 1) {
            try await bench.push([large, Array(#"{"id":"good","task":"x"}"#.utf8), large])
            try await waitUntil("the good one has run", within: .seconds(60)) { bench.started == [try JobID("good")] }
            try await bench.waitForIntake(within: .seconds(60))
        }
        let rejected = try await bench.queue.rejected(limit: 9)
        #expect(rejected.count == 2)
        for push in rejected {
            #expect(push.length == large.count && push.raw == Array(large.prefix(65_536)) && push.sha1?.count == 40)
            #expect(push.reason == "the document has \(large.count) bytes; give at most 1048576 (1 MiB)")
        }
    }
}
