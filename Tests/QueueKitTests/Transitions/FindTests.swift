import QueueScripts
import RedisClient
import Testing

@testable import QueueKit

/// Looking for jobs by tags and `meta`.
@Suite struct FindTests {
    private func filter(tags: [String] = [], meta: [String: String] = [:]) -> JobFilter {
        var filter = JobFilter()
        filter.tags = tags
        filter.meta = meta.map { .init(path: $0.key, text: $0.value) }
        return filter
    }

    @Test(
        arguments: [
            (["red"], [:], ["a", "b"]), (["red", "big"], [:], ["b"]), (["re"], [:], []),
            ([], ["customer": "17"], ["a"]), ([], ["customer": "17.0"], ["a"]), ([], ["customer": "seventeen"], ["b"]),
            ([], ["vip": "true"], ["b"]), ([], ["address.city": "Ulm"], ["a"]), ([], ["x.y": "dotted"], ["b"]),
            ([], ["none": "null"], []), ([], ["list": ""], []), (["big"], ["customer": "17"], []),
            (["red"], ["customer": "17", "address.city": "Ulm"], ["a"]), ([], ["address.city.x": "Ulm"], []),
        ] as [([String], [String: String], [String])]
    )
    func allConditionsHaveToHold(tags: [String], meta: [String: String], found: [String]) async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a") {
            $0.tags = ["red"]
            $0.meta = #"{"customer":17,"address":{"city":"Ulm"},"none":null,"list":[]}"#
        }
        try await queue.enqueue("b") {
            $0.tags = ["big", "red"]
            $0.meta = #"{"customer":"seventeen","vip":true,"x.y":"dotted"}"#
        }
        try await queue.enqueue("c")
        let jobs = try await queue.queue.list(limit: 10, matching: filter(tags: tags, meta: meta))
        #expect(jobs.map(\.id.text) == found)
    }

    @Test(arguments: JobState.allCases)
    func eachStateIsLookedThroughInItsOrder(state: JobState) async throws {
        let queue = try TestQueue()
        for (number, name) in ["a", "b", "c"].enumerated() {
            try await queue.bring(name, to: state, number: Int64(number + 1))
            if name != "b" { try await queue.send("HSET", "R:job:\(name)", "tags", #"["x"]"#) }
        }
        let all = try await queue.queue.list(state, limit: 10).map(\.id.text)
        let found = try await queue.queue.list(state, limit: 10, matching: filter(tags: ["x"])).map(\.id.text)
        #expect(found == all.filter { $0 != "b" } && found.count == 2)
        #expect(try await queue.queue.list(state, limit: 1, matching: filter(tags: ["x"])).count == 1)
    }

    @Test func manyAreLookedThroughInSteps() async throws {
        let queue = try TestQueue()
        try await queue.seedJobs(1000, state: "dead", index: "dlq", isList: true)
        for number in [3, 500, 999] {
            try await queue.send("HSET", "R:job:j\(number)", "meta", #"{"here":1}"#)
        }
        let found = try await queue.queue.list(.dead, limit: 10, matching: filter(meta: ["here": "1"]))
        #expect(found.map(\.id.text) == ["j999", "j500", "j3"])
    }

    @Test func aStepEndsAfterAMebibyte() async throws {
        let queue = try TestQueue()
        let large = #"{"here":1,"more":"\#(String(repeating: "x", count: 700_000))"}"#
        for name in ["a", "b", "c", "d"] { try await queue.enqueue(name) { $0.meta = large } }
        let step = try await queue.run(.find, "pending", "LRANGE", "pending:5", "0", "199", "0", "meta", "here", "1")
        #expect(step.array?[0].int == 2)
        let found = try await queue.queue.list(.pending, limit: 10, matching: filter(meta: ["here": "1"]))
        #expect(found.map(\.id.text) == ["a", "b", "c", "d"])
    }

    @Test func damageIsPassedOver() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a", "b", "c") { $0.tags = ["x"] }
        try await queue.send("HSET", "R:job:a", "tags", "{")
        try await queue.send("SET", "R:job:b", "text")
        #expect(try await queue.queue.list(.pending, limit: 9, matching: filter(tags: ["x"])).map(\.id.text) == ["c"])
    }
}
