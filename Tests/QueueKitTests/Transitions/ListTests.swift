import QueueKit
import Testing

@Suite struct ListTests {
    @Test(arguments: JobState.allCases)
    func eachStateIsListedAndWhatIsDamagedIsSkipped(state: JobState) async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: state)
        let isList = [.pending, .dead].contains(state)
        let index = state == .pending ? "pending:5" : state == .dead ? "dlq" : state.rawValue
        for entry in (0..<30).map({ "gone\($0)" }) + ["no id at all"] {
            if isList {
                try await queue.send("LPUSH", "R:\(index)", entry)
            } else {
                try await queue.send("ZADD", "R:\(index)", "1", entry)
            }
        }
        #expect(try await queue.queue.list(state, limit: 5).map(\.id.text) == ["a"])
        #expect(try await queue.queue.list(state, limit: 0).isEmpty)
        #expect(try await queue.queue.list(limit: 5).map(\.id.text) == ["a"])
    }

    @Test func theOrderIsThatOfInterest() async throws {
        let queue = try TestQueue()
        for (id, priority) in [("low", 1), ("high", 9), ("mid1", 5), ("mid2", 5)] {
            try await queue.enqueue(id) { $0.priority = priority }
        }
        #expect(try await queue.queue.list(.pending, limit: 3).map(\.id.text) == ["high", "mid1", "mid2"])
        try await queue.seedJobs(250, state: "dead", index: "dlq", isList: true)
        #expect(try await queue.queue.list(.dead, limit: 230).map(\.id.text) == (20..<250).reversed().map { "j\($0)" })
    }

    @Test func aJobWithoutAStateIsNoJobYet() async throws {
        let queue = try TestQueue()
        try await queue.seed("HSET R:job:a command true")
        #expect(try await queue.queue.job(id("a")) == nil)
    }
}
