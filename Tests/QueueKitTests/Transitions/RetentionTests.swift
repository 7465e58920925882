import QueueKit
import Testing

@Suite struct RetentionTests {
    @Test func beyondTheCountTheOldestGoWithLogsAndAttempts() async throws {
        var queue = try TestQueue()
        queue.configuration.retentionCount = 2
        for number in Int64(1)...4 {
            try await queue.enqueue("j\(number)")
            try await queue.run("j\(number)", .released, number: 2 * number)
            try await queue.claim(1, number: 2 * number + 1)
            let kept = try await queue.queue.appendLog(
                of: id("j\(number)"),
                token: JobToken(worker: workerA, request: 2 * number + 1),
                run: 2,
                [NewLogEntry(number: 1, stream: .stdout, data: [1])]
            )
            #expect(kept == .ok)
            try await queue.settle("j\(number)", .completed, number: 2 * number + 1)
        }
        #expect(try await queue.queue.list(.completed, limit: 9).map(\.id.text) == ["j4", "j3"])
        #expect(try await queue.stored().keys.filter { $0.hasPrefix("log:") }.sorted() == ["log:j3:2", "log:j4:2"])
        try await queue.checkI1()
    }

    @Test func aSettleRemovesTwoPerOutcomeAtMost() async throws {
        var queue = try TestQueue()
        try await queue.seedJobs(50, state: "completed", index: "completed")
        try await queue.bring("a", to: .processing)
        queue.configuration.retentionCount = 10
        try await queue.settle("a", .completed)
        #expect(try await queue.queue.status(heartbeat: .seconds(1)).jobs[.completed] == 49)
        try await queue.checkI1()
    }

    @Test func keepingNoneKeepsNone() async throws {
        var queue = try TestQueue()
        queue.configuration.retentionCount = 0
        try await queue.bring("a", to: .completed)
        try await queue.expect(
            """
            counts: completed_total 1, enqueued_total 1, pending 0, processing 0, removed_total 1
            history: completed 1
            meta: reaped_at <now>, schema 1
            worker:a-1-x: jobs a, request 1
            """
        )
    }

    @Test(arguments: ["completed", "cancelled"])
    func whatIsTooOldGoesThoughNothingFinishes(state: String) async throws {
        var queue = try TestQueue()
        queue.configuration.retentionAge = .seconds(30)
        try await queue.seedJobs(300, state: state, index: state)
        try await queue.claim(0)
        #expect(try await queue.send("ZCARD", "R:\(state)").int == 200)
        for _ in 1...2 {
            try await queue.allowReap()
            try await queue.claim(0)
        }
        #expect(try await queue.send("ZCARD", "R:\(state)").int == 0)
        try await queue.checkI1()
    }

    @Test func cancelledJobsAreBoundedThoughNothingIsSettled() async throws {
        var queue = try TestQueue()
        queue.configuration.retentionCount = 5
        try await queue.seedJobs(100, state: "cancelled", index: "cancelled")
        try await queue.claim(0)
        #expect(try await queue.send("ZCARD", "R:cancelled").int == 5)
        try await queue.checkI1()
    }

    @Test func aDamagedOldJobDoesNotKeepOthersFromSettling() async throws {
        var queue = try TestQueue()
        queue.configuration.retentionCount = 1
        try await queue.bring("a", to: .completed)
        try await queue.seed("DEL R:job:a", "SET R:job:a x")
        try await queue.enqueue("b")
        try await queue.claim(1, number: 2)
        #expect(try await queue.settle("b", .completed, number: 2) == .settled(.completed))
        try await queue.checkI1()
    }
}
