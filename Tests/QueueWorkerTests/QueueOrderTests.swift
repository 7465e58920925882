import QueueKit
import TestSupport
import Testing

@testable import QueueWorker

/// Workers of two queues that both have work.
@Suite struct QueueOrderTests {
    private let first: QueueName
    private let second: QueueName

    init() throws {
        first = try QueueName("first")
        second = try QueueName("second")
    }

    private func fill(_ shop: Workshop, _ queue: QueueName, _ number: Int) async throws {
        let configuration = try await shop.directory.register([queue])
        let jobs = (0..<number).map { _ in NewJob(JobDocument(command: "work")) }
        _ = try await shop.directory.queue(queue).enqueue(jobs, configuration: configuration)
    }

    /// Runs a worker until it has run so many jobs. Returns the queues of these, as they were begun.
    private func run(
        _ shop: Workshop,
        slots: Int,
        _ order: QueueOrder,
        until number: Int,
        work: @escaping @Sendable (Job) async throws -> Void = { _ in }
    ) async throws -> [QueueName] {
        let running = try RunningWorker(
            shop,
            slots: slots,
            executor: HandlerExecutor { job, _ in try await work(job) },
            queues: [first, second]
        ) { $0.order = order }
        try await waitUntil("\(number) jobs are done", within: .seconds(30)) {
            running.events.count { if case .finished = $0 { true } else { false } } >= number
        }
        try await running.stop()
        return running.events.started.map(\.queue)
    }

    @Test(arguments: [1, 4]) func strictOrderTakesAllOfTheFirstQueueFirst(slots: Int) async throws {
        let shop = try await Workshop()
        try await fill(shop, first, 40)
        try await fill(shop, second, 40)
        let order = try await run(shop, slots: slots, .strict, until: 80)
        #expect(order.count { $0 == first } == 40)
        // Which queue's feed comes to life first is open. Jobs that are claimed while the last ones of the first queue begin may
        // overtake these on their way.
        #expect(order.dropFirst(slots).prefix(41 - 2 * slots).allSatisfy { $0 == first })
    }

    @Test(arguments: [1, 4]) func weightsShareTheSlotsAndAnEmptyQueuesShareGoesOver(slots: Int) async throws {
        let shop = try await Workshop()
        try await fill(shop, first, 60)
        try await fill(shop, second, 60)
        let order = try await run(shop, slots: slots, .weighted([first: 3]), until: 120)
        let share = order.prefix(80).count { $0 == first }
        #expect((54...60).contains(share))
        #expect(order.suffix(36) == Array(repeating: second, count: 36)[...])
    }

    @Test func aLatePushToTheFirstQueueComesBeforeTheBacklogOfTheSecond() async throws {
        let shop = try await Workshop()
        try await fill(shop, second, 60)
        let order = try await run(shop, slots: 1, .strict, until: 61) { job in
            if job.queue == second,
                try await shop.directory.queue(second).status(heartbeat: .seconds(9)).jobs[.pending] == 50
            {
                _ = try await shop.redis.send(
                    .init("LPUSH", shop.directory.queue(first).keys.incoming, #"{"command":"late"}"#)
                )
            }
            try await Task.sleep(for: .milliseconds(30))
        }
        let place = try #require(order.firstIndex(of: first))
        // The tenth made room for it; while it was pushed and taken in, some more may have been begun.
        #expect((10...20).contains(place))
    }

    @Test func anIdleWorkerOfTwoQueuesStartsAJobOfTheSecondAtOnce() async throws {
        let shop = try await Workshop()
        let running = try RunningWorker(
            shop,
            slots: 1,
            executor: HandlerExecutor { _, _ in },
            queues: [first, second]
        )
        try await waitUntil("the worker is registered") { try await shop.directory.workers().count == 1 }
        for queue in [second, first, second] {
            let clock = ContinuousClock()
            let before = running.events.started.count
            let took = try await clock.measure {
                try await fill(shop, queue, 1)
                try await waitUntil("it is started") { running.events.started.count > before }
            }
            #expect(took < .seconds(1.5))
        }
        try await running.stop()
    }
}
