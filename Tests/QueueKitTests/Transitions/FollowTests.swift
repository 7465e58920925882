import QueueKit
import RedisClient
import Synchronization
import TestSupport
import Testing

@Suite struct FollowTests {
    private func append(_ queue: TestQueue, _ text: String, _ number: Int64, run: Int = 1, request: Int64 = 1)
        async throws
    {
        let entry = NewLogEntry(number: number, stream: .stdout, offset: Int(number) - 1, data: Array(text.utf8))
        let token = JobToken(worker: workerA, request: request)
        #expect(try await queue.queue.appendLog(of: id("a"), token: token, run: run, [entry]) == .ok)
    }

    @Test func aJobThatIsOverIsToldFromItsLastAttempt() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        try await queue.claim(1)
        try await append(queue, "x", 1)
        try await queue.settle("a", .retry(after: .zero))
        try await queue.claim(1, number: 2)
        try await append(queue, "y", 1, run: 2, request: 2)
        try await append(queue, "z", 2, run: 2, request: 2)
        try await queue.settle("a", .completed, number: 2)
        #expect(try await told(queue, .latest) == ["began 2", "y", "z", "ended 2", "caught up", "completed"])
        #expect(
            try await told(queue, .all) == [
                "began 1", "x", "ended 1", "began 2", "y", "z", "ended 2", "caught up", "completed",
            ]
        )
        #expect(try await told(queue, .only(1)) == ["began 1", "x", "ended 1", "caught up"])
        #expect(try await told(queue, .only(3)) == ["caught up", "completed"])
    }

    @Test func aJobThatDoesNotExistIsOver() async throws {
        #expect(try await told(TestQueue(), .latest) == ["caught up", "gone"])
    }

    /// A worker claims, prints, fails, is retried and ends, and each step is taken only when the one before was told.
    @Test func whatHappensIsToldAsItHappens() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        let follower = Follower(queue, .latest)
        try await follower.wait(for: ["caught up"])
        try await queue.claim(1)
        try await append(queue, "x", 1)
        try await follower.wait(for: ["caught up", "began 1", "x"])
        try await append(queue, "y", 2)
        try await follower.wait(for: ["caught up", "began 1", "x", "y"])
        try await queue.settle("a", .retry(after: .zero))
        try await follower.wait(for: ["caught up", "began 1", "x", "y", "ended 1"])
        try await queue.claim(1, number: 2)
        try await append(queue, "z", 1, run: 2, request: 2)
        try await follower.wait(for: ["caught up", "began 1", "x", "y", "ended 1", "began 2", "z"])
        try await append(queue, "!", 2, run: 2, request: 2)
        try await queue.settle("a", .dead, number: 2)
        #expect(
            try await follower.all() == [
                "caught up", "began 1", "x", "y", "ended 1", "began 2", "z", "!", "ended 2", "dead",
            ]
        )
    }

    @Test(arguments: ["cancel", "delete", "settle"])
    func theEndOfAJobThatPrintsNothingIsTold(how: String) async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        if how == "settle" { try await queue.claim(1) }
        let follower = Follower(queue, .all)
        try await follower.wait(for: how == "settle" ? ["began 1", "caught up"] : ["caught up"])
        switch how {
        case "cancel":
            _ = try await queue.queue.cancel([id("a")])
            #expect(try await follower.all() == ["caught up", "cancelled"])
        case "delete":
            _ = try await queue.queue.delete([id("a")])
            #expect(try await follower.all() == ["caught up", "gone"])
        default:
            try await queue.settle("a", .completed)
            #expect(try await follower.all() == ["began 1", "caught up", "ended 1", "completed"])
        }
    }

    /// Whatever comes between two looks: attempts that began and ended meanwhile are told whole, in order.
    @Test func attemptsThatWentByAreToldWhole() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        try await queue.claim(1)
        try await append(queue, "1", 1)
        let proxy = try TCPProxy(to: queue.server)
        let follower = Follower(queue, .all, through: proxy.connection())
        try await follower.wait(for: ["began 1", "1", "caught up"])
        proxy.freeze()
        try await append(queue, "one", 2)
        try await queue.settle("a", .released)
        for number in Int64(2)...4 {
            try await queue.claim(1, number: number)
            try await append(queue, "\(number)", 1, run: Int(number), request: number)
            try await queue.settle("a", number == 4 ? .completed : .released, number: number)
        }
        proxy.resume()
        #expect(
            try await follower.all() == [
                "began 1", "1", "caught up", "one", "ended 1", "began 2", "2", "ended 2", "began 3", "3", "ended 3",
                "began 4", "4", "ended 4", "completed",
            ]
        )
    }

    /// The connections are cut again and again while a run prints; nothing is told twice, and nothing is left out.
    @Test func lostConnectionsLoseNothing() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        try await queue.claim(1)
        let proxy = try TCPProxy(to: queue.server)
        let follower = Follower(queue, .latest, through: proxy.connection())
        try await follower.wait(for: ["began 1", "caught up"])
        var expected = ["began 1", "caught up"]
        for number in Int64(1)...60 {
            if number % 10 == 0 { proxy.cut() }
            try await append(queue, "\(number)", number)
            expected.append("\(number)")
            if number % 7 == 0 { try await follower.wait(for: expected) }
        }
        try await queue.settle("a", .completed)
        #expect(try await follower.all() == expected + ["ended 1", "completed"])
    }

    @Test func aJobThatTookItsPlaceIsAnother() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        let follower = Follower(queue, .all)
        try await follower.wait(for: ["caught up"])
        try await waitUntil("its time differs") {
            try await queue.queue.serverTime() > (try await queue.queue.job(id("a"))?.createdAt ?? .latest)
        }
        try await queue.enqueue("a", replace: true)
        // Replacing is told by nobody; the next thing that happens is.
        try await queue.claim(1)
        try await append(queue, "x", 1)
        #expect(try await follower.all() == ["caught up", "gone"])
    }

    @Test func nothingIsSentWhileNothingHappens() async throws {
        let queue = try TestQueue(on: RedisServer())
        try await queue.enqueue("a")
        try await queue.claim(1)
        let follower = Follower(queue, .latest)
        try await follower.wait(for: ["began 1", "caught up"])
        try await waitUntil("it blocks, and listens") {
            let info = try await queue.send("INFO", "clients").string ?? ""
            let listening = try await queue.send("PUBSUB", "NUMSUB", queue.keys.jobEvents(id("a"))).array?.last?.int
            return info.contains("blocked_clients:1\r\n") && listening == 1
        }
        func calls() async throws -> Int64 {
            let info = try await queue.send("INFO", "stats").string ?? ""
            let line = info.split(separator: "\r\n").first { $0.hasPrefix("total_commands_processed:") }
            return Int64(line?.split(separator: ":").last ?? "") ?? 0
        }
        // What was under way when it began to block may still come on a busy machine, but not again and again.
        var sent: [Int64] = []
        while sent.last != 1 && sent.count < 3 {
            let before = try await calls()
            try await Task.sleep(for: .seconds(2))
            sent.append(try await calls() - before)
        }
        #expect(sent.last == 1, "INFO alone, and not \(sent)")
        try await queue.settle("a", .completed)
        _ = try await follower.all()
        try await waitUntil("its connections are closed") {
            (try await queue.send("CLIENT", "LIST").string ?? "").split(separator: "\n").count == 1
        }
    }

    @Test func aCancelledTaskEndsTheIteration() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        let follower = Follower(queue, .latest)
        try await follower.wait(for: ["caught up"])
        follower.cancel()
        #expect(try await follower.all() == ["caught up"])
    }

    @Test func aRedisThatIsNotThereIsAnErrorAtFirst() async throws {
        let queue = JobQueue(.default, redis: RedisConnection(RedisConfiguration(address: .unix(path: "/no/such"))))
        let error = await #expect(throws: QueueError.self) {
            for try await _ in queue.follow(try id("a")) {}
        }
        #expect(error?.code == .unreachable)
    }

    private func told(_ queue: TestQueue, _ attempts: LogFollower.Attempts) async throws -> [String] {
        try await Follower(queue, attempts).all()
    }
}

/// Follows job `a` in a task of its own.
private final class Follower: Sendable {
    private let seen: Heard
    private let task: Task<Void, any Error>

    init(_ queue: TestQueue, _ attempts: LogFollower.Attempts, through connection: RedisConnection? = nil) {
        let followed = connection.map(queue.through) ?? queue.queue
        let seen = Heard()
        self.seen = seen
        task = Task {
            for try await event in followed.follow(try id("a"), attempts) {
                switch event {
                case .attemptBegan(let number): seen.add("began \(number)")
                case .output(let entry): seen.add(String(decoding: entry.data, as: UTF8.self))
                case .attemptEnded(let number): seen.add("ended \(number)")
                case .caughtUp: seen.add("caught up")
                case .jobEnded(let job): seen.add(job?.state?.rawValue ?? "gone")
                }
            }
        }
    }

    func cancel() { task.cancel() }

    func wait(for events: [String]) async throws {
        try await waitUntil("\(events) were told, not \(seen.list)", within: .seconds(20)) {
            seen.list.count >= events.count
        }
        #expect(seen.list == events)
    }

    /// Everything, once it has ended.
    func all() async throws -> [String] {
        try await task.value
        return seen.list
    }
}

private final class Heard: Sendable {
    private let events = Mutex<[String]>([])
    var list: [String] { events.withLock { $0 } }
    func add(_ event: String) { events.withLock { $0.append(event) } }
}
