import QueueKit
import RedisClient
import Synchronization
import TestSupport
import Testing

@testable import QueueWorker

/// Workers that end by themselves.
@Suite struct RetirementTests {
    @Test func aDrainRunsEverythingThatCanBeClaimedAndLeavesWhatWaitsForATime() async throws {
        let shop = try await Workshop()
        let ids = try await shop.enqueue((0..<10).map { _ in "true" })
        let stubborn = try await shop.enqueue(["exit 1"]) {
            $0.maxRetries = 2
            $0.backoffCap = .zero
        }[0]
        try await shop.enqueue(["true"]) { $0.delay = .seconds(3600) }
        let failing = try await shop.enqueue(["exit 1"])[0]
        let (reason, left) = try await RunningWorker(shop, slots: 3, executor: nil) { $0.drains = true }.end()
        #expect(reason == .drained && left == LeftJobs(waiting: 2, pending: 0))
        for id in ids { #expect(try await shop.job(id).state == .completed) }
        // Its retries were due at once: there was something to claim until the last of them had failed.
        #expect(try await shop.job(stubborn).state == .dead)
        #expect(try await shop.job(failing).state == .failed)
        #expect(try await shop.directory.workers().isEmpty)
    }

    @Test func aDrainOfNothingEndsAtOnceAndAPausedQueueCountsAsEmpty() async throws {
        let shop = try await Workshop()
        let clock = ContinuousClock()
        let took = try await clock.measure {
            let ending = try await RunningWorker(shop, slots: 1, executor: nil) { $0.drains = true }.end()
            #expect(ending.reason == .drained && ending.left == LeftJobs(waiting: 0, pending: 0))
        }
        #expect(took < .seconds(1.5))
        try await shop.enqueue(["true"])
        _ = try await shop.queue.pause()
        let ending = try await RunningWorker(shop, slots: 1, executor: nil) { $0.drains = true }.end()
        #expect(ending.left == LeftJobs(waiting: 0, pending: 1))
    }

    @Test func aDrainTakesInPushesBehindMoreMalformedOnesThanOneClaimDoes() async throws {
        let shop = try await Workshop()
        let pushes = (0..<500).map { "{broken \($0)" } + [#"{"id":"good","command":"true"}"#]
        for push in pushes { _ = try await shop.redis.send(.init("LPUSH", shop.queue.keys.incoming, push)) }
        let ending = try await RunningWorker(shop, slots: 1, executor: nil) { $0.drains = true }.end()
        #expect(ending.reason == .drained && ending.left == LeftJobs(waiting: 0, pending: 0))
        #expect(try await shop.job(JobID("good")).state == .completed)
    }

    @Test func aDrainWaitsForWhatItsOwnJobsBringInAllItsQueues() async throws {
        let shop = try await Workshop()
        let names = try ["a", "b", "c"].map { try QueueName($0) }
        let depth = Mutex(0)
        let executor = HandlerExecutor { job, _ in
            try await Task.sleep(for: .milliseconds(50))
            guard
                depth.withLock({ depth in
                    depth += 1; return depth
                }) < 12
            else { return }
            let next = shop.directory.queue(names[(names.firstIndex(of: job.queue) ?? 0 + 1) % 3])
            _ = try await shop.redis.send(.init("LPUSH", next.keys.incoming, #"{"command":"more"}"#))
        }
        let configuration = try await shop.directory.register(names)
        _ = try await shop.directory.queue(names[0]).enqueue(
            [NewJob(JobDocument(command: "x"))],
            configuration: configuration
        )
        let running = try RunningWorker(shop, slots: 2, executor: executor, queues: names) { $0.drains = true }
        #expect(try await running.end().reason == .drained)
        #expect(depth.withLock { $0 } == 12)
    }

    @Test func aDrainTakesSuspectsOfSeveralQueuesToo() async throws {
        let shop = try await Workshop(settings: [.lease: "1s"])
        let names = try ["a", "b"].map { try QueueName($0) }
        let configuration = try await shop.directory.register(names)
        for (number, name) in names.enumerated() {
            let queue = shop.directory.queue(name)
            _ = try await queue.enqueue([NewJob(JobDocument(command: "true"))], configuration: configuration)
            let gone = WorkerID(host: "gone", pid: Int32(number + 1), random: "x")
            let claim = ClaimRequest(worker: gone, number: 1, slots: 1, configuration: configuration)
            let lost = try #require(try await queue.claim(claim).jobs.first)
            // Its second time.
            _ = try await shop.redis.send(RedisCommand("HSET", queue.keys.job(lost.job.id), "crash_count", "1"))
        }
        try await waitUntil("both are recovered") {
            var recovered = 0
            for name in names {
                let other = WorkerID(host: "other", pid: 1, random: "x")
                let housekeeping = ClaimRequest(worker: other, number: 1, slots: 0, configuration: configuration)
                _ = try await shop.directory.queue(name).claim(housekeeping)
                recovered += try await shop.directory.queue(name).status(heartbeat: .seconds(9)).jobs[.pending] ?? 0
            }
            return recovered == 2
        }
        let running = try RunningWorker(shop, slots: 4, executor: nil, queues: names) { $0.drains = true }
        #expect(try await running.end().left == LeftJobs(waiting: 0, pending: 0))
        #expect(running.events.started.count == 2)
    }

    @Test func aDrainDoesNotAskInALoopWhileALongJobRuns() async throws {
        let server = try RedisServer()
        let shop = try await Workshop(server: server)
        try await shop.enqueue(["sleep 3"])
        let running = try RunningWorker(shop, slots: 2, executor: nil) { $0.drains = true }
        #expect(try await running.end().reason == .drained)
        let statistics = try await shop.redis.send(.init("INFO", "commandstats")).string ?? ""
        let calls = statistics.split(separator: "\r\n").first { $0.hasPrefix("cmdstat_evalsha:calls=") }
        let number = calls?.split(whereSeparator: { $0 == "=" || $0 == "," }).dropFirst().first.flatMap { Int($0) }
        #expect(try #require(number) < 15)
    }

    @Test(arguments: [1, 3]) func noMoreJobsAreTakenThanToldAndTheseGetTheirTime(slots: Int) async throws {
        let shop = try await Workshop()
        try await shop.enqueue((0..<20).map { _ in "sleep 0.3" })
        let running = try RunningWorker(shop, slots: slots, executor: nil) {
            $0.maxJobs = 4
            $0.shutdownTimeout = .milliseconds(1)
        }
        #expect(try await running.end().reason == .maxJobs)
        #expect(running.events.started.count == 4)
        #expect(try await shop.counts() == [.completed: 4, .pending: 16])
    }

    @Test func aWorkerThatHasHadNothingToDoForSoLongEnds() async throws {
        let shop = try await Workshop()
        try await shop.enqueue(["sleep 2"])
        let running = try RunningWorker(shop, slots: 1, executor: nil) { $0.maxIdle = .seconds(1) }
        try await waitUntil("the job is done") { try await shop.counts() == [.completed: 1] }
        let clock = ContinuousClock()
        let began = clock.now
        #expect(try await running.end().reason == .maxIdle)
        let took = began.duration(to: clock.now)
        #expect((Duration.seconds(0.5)..<Duration.seconds(3)).contains(took))
    }

    @Test func timeWithoutRedisIsNoIdleness() async throws {
        let server = try RedisServer(.init(appendOnly: true, configuration: ["appendfsync always"]))
        let shop = try await Workshop(server: server)
        let running = try RunningWorker(shop, slots: 1, executor: nil) { $0.maxIdle = .seconds(2) }
        try await waitUntil("the worker is registered") { try await shop.directory.workers().count == 1 }
        server.kill9()
        try await Task.sleep(for: .seconds(3))
        #expect(running.events.ending == nil)
        try server.restart()
        #expect(try await running.end().reason == .maxIdle)
    }

    @Test func whateverComesFirstEndsIt() async throws {
        let shop = try await Workshop()
        try await shop.enqueue((0..<3).map { _ in "true" })
        let running = try RunningWorker(shop, slots: 2, executor: nil) {
            $0.drains = true
            $0.maxJobs = 100
            $0.maxIdle = .seconds(600)
        }
        #expect(try await running.end().reason == .drained)
        try await shop.enqueue((0..<3).map { _ in "true" })
        let second = try RunningWorker(shop, slots: 2, executor: nil) {
            $0.drains = true
            $0.maxJobs = 2
        }
        #expect(try await second.end().reason == .maxJobs)
        #expect(try await shop.counts() == [.completed: 5, .pending: 1])
    }
}
