import QueueKit
import RedisClient
import Testing

/// Damaged jobs among good ones, and keys that hold another type than they should.
@Suite struct DamageTests {
    static let damage = [
        ["DEL R:job:b"], ["DEL R:job:b", "SET R:job:b x"], ["HDEL R:job:b state"], ["HSET R:job:b state nonsense"],
        ["DEL R:job:b", "HSET R:job:b command x"],
    ]

    @Test(arguments: damage)
    func aClaimSetsADamagedJobAsideAndHandsOutTheOthers(lines: [String]) async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a", "b", "c")
        for line in lines { try await queue.seed(line) }
        #expect(try await queue.claim(5).ids == ["a", "c"])
        #expect(try await queue.queue.rejected(limit: 9).map(\.raw) == [Array("b".utf8)])
        try await queue.checkI1(without: "b")
    }

    @Test(arguments: damage)
    func aDamagedJobThatIsDueIsSetAside(lines: [String]) async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a", "b", "c") { $0.delay = .seconds(600) }
        for line in lines { try await queue.seed(line) }
        for id in ["a", "b", "c"] { try await queue.move(id, in: "scheduled", to: -1) }
        #expect(try await queue.claim(5).ids.sorted() == ["a", "c"])
        #expect(try await queue.queue.rejected(limit: 9).map(\.raw) == [Array("b".utf8)])
        try await queue.checkI1(without: "b")
    }

    @Test(arguments: damage)
    func aDamagedRetryIsSetAside(lines: [String]) async throws {
        let queue = try TestQueue()
        try await queue.bring("b", to: .failed)
        for line in lines { try await queue.seed(line) }
        try await queue.move("b", in: "scheduled", to: -1)
        #expect(try await queue.claim(5, number: 2).ids.isEmpty)
        try await queue.checkI1(without: "b")
    }

    @Test(arguments: damage)
    func aDamagedOrphanIsSetAsideAndTheOthersAreRecovered(lines: [String]) async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a", "b", "c")
        try await queue.claim(3, by: workerB)
        for line in lines { try await queue.seed(line) }
        for id in ["a", "b", "c"] { try await queue.move(id, in: "processing", to: -1) }
        try await queue.allowReap()
        #expect(try await queue.claim(0).recovered.count == 2)
        #expect(try await queue.queue.rejected(limit: 9).map(\.raw) == [Array("b".utf8)])
        try await queue.checkI1(without: "b")
    }

    @Test(arguments: damage)
    func theVerbsPassOverADamagedJob(lines: [String]) async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a", "b", "c")
        for line in lines { try await queue.seed(line) }
        #expect(try await queue.queue.cancel(ids(["a", "b"])) == [.done(.cancelled), .notFound])
        #expect(try await queue.queue.retry(ids(["b"])) == [.notFound])
        #expect(try await queue.queue.delete(ids(["b", "c"])) == [.notFound, .done(.pending)])
    }

    @Test(arguments: damage)
    func aSettleOfADamagedJobIsStaleAndTheOthersEnd(lines: [String]) async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a", "b", "c")
        try await queue.claim(3)
        for line in lines { try await queue.seed(line) }
        let batch = try ["a", "b", "c"].map { try queue.settlement($0, .completed) }
        let results = try await queue.queue.settle(batch, configuration: queue.configuration)
        #expect(results == [.settled(.completed), .stale(nil), .settled(.completed)])
    }

    @Test(arguments: ["abc", "11", "-1", "5.5", ""])
    func aPriorityThatIsNoneCostsAJobItsPlaceAndNotItsRun(priority: String) async throws {
        for state in [JobState.pending, .scheduled, .processing, .failed, .dead] {
            let queue = try TestQueue()
            try await queue.bring("a", to: state)
            try await queue.send("HSET", "R:job:a", "priority", priority)
            switch state {
            case .scheduled, .failed: try await queue.move("a", in: "scheduled", to: -1)
            case .dead: #expect(try await queue.queue.retry([id("a")]) == [.done(.pending)])
            case .processing: #expect(try await queue.settle("a", .released) == .settled(.pending))
            default: break
            }
            #expect(try await queue.claim(1, number: 2).ids == ["a"])
            #expect(try await queue.settle("a", .completed, number: 2) == .settled(.completed))
            try await queue.checkI1()
        }
    }

    @Test func aPriorityChangedByHandLosesNoJob() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a", "b")
        try await queue.seed("HSET R:job:a priority 9", "HSET R:job:b priority nonsense")
        #expect(try await queue.queue.cancel([id("b")]) == [.done(.cancelled)])
        #expect(try await queue.claim(1).ids == ["a"])
        try await queue.checkI1()
    }

    /// To Lua these are numbers; to JSON, in which the record of an attempt is kept, they are none.
    @Test(arguments: ["inf", "-inf", "nan", "1e999"], ["run", "started_at", "waited_ms"])
    func aNumberThatIsNoneCostsNoneOfABatchItsPlace(number: String, field: String) async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a", "b", "c")
        let jobs = try await queue.claim(3).jobs
        try await queue.seed("HSET R:job:b \(field) \(number)")
        let outcomes = jobs.map { job in
            Settlement(id: job.job.id, token: job.token, outcome: .retry(after: .seconds(60)))
        }
        let results = try await queue.queue.settle(outcomes, configuration: QueueConfiguration())
        #expect(results == [.settled(.failed), .settled(.failed), .settled(.failed)])
        try await queue.checkI1()
    }

    @Test(arguments: [("run", "x"), ("failures", "x"), ("crash_count", "x"), ("started_at", "x")])
    func aCounterThatIsNoneIsTakenAsZero(field: String, value: String) async throws {
        for outcome in [Settlement.Outcome.retry(after: .zero), .dead, .completed] {
            let queue = try TestQueue()
            try await queue.enqueue("a", "b")
            try await queue.send("HSET", "R:job:a", field, value)
            #expect(try await queue.claim(2).ids == ["a", "b"])
            try await queue.send("HSET", "R:job:a", field, value)
            #expect(try await queue.settle("a", outcome) != nil)
            try await queue.checkI1()
        }
    }

    @Test func countsThatAreNoneStopNothing() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        try await queue.seed("HSET R:counts pending x enqueued_total y")
        try await queue.enqueue("b")
        #expect(try await queue.claim(5).ids == ["a", "b"])
        #expect(try await queue.settle("a", .completed) == .settled(.completed))
    }

    @Test(arguments: ["attempts:a", "history"])
    func recordsOfAnotherTypeDoNotKeepARunFromEnding(key: String) async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        let hour = try await queue.queue.serverTime().milliseconds / 3_600_000
        try await queue.send("SET", "R:" + (key == "history" ? "history:\(hour)" : key), "x")
        #expect(try await queue.settle("a", .dead) == .settled(.dead))
        try await queue.checkI1()
    }

    @Test func anEnqueueNamesTheDamagedJobAndWritesNothing() async throws {
        let queue = try TestQueue()
        try await queue.seed("SET R:job:b x")
        let error = await #expect(throws: QueueError.self) { try await queue.enqueue("a", "b", replace: true) }
        #expect(error?.code == .broken)
        #expect(error?.description.contains("job b") == true)
        #expect(try await queue.snapshot() == "job:b: x")
    }
}
