import QueueKit
import Synchronization
import TestSupport
import Testing

@testable import QueueWorker

/// Jobs that name a task.
@Suite struct TaskTests {
    private func enqueue(_ shop: Workshop, _ task: String, _ args: String? = nil) async throws -> JobID {
        var document = JobDocument()
        document.task = task
        document.args = args
        document.maxRetries = 1
        document.backoffCap = .zero
        let job = NewJob(try document.validated())
        _ = try await shop.queue.enqueue([job], configuration: try await shop.configuration())
        return job.id
    }

    @Test func aHandlerRunsTheTaskOfItsName() async throws {
        let shop = try await Workshop()
        let widths = Mutex<[Int]>([])
        let executor = HandlerExecutor(tasks: [
            "resize": { job, _ in widths.withLock { $0.append(job.arguments["width"]?.integer ?? 0) } }
        ])
        let id = try await enqueue(shop, "resize", #"{"width": 100}"#)
        try await shop.withWorker(executor: executor) { _ in try await shop.wait(for: id, .completed) }
        #expect(widths.withLock { $0 } == [100])
    }

    @Test func aTaskThatAWorkerDoesNotKnowFailsWithItsReason() async throws {
        let shop = try await Workshop()
        let id = try await enqueue(shop, "resize")
        let job = try await shop.withWorker { _ in try await shop.wait(for: id, .dead) }
        #expect(job.reason == "unknown_task" && job.run == 2 && job.failures == 2)
        let worker = try #require(job.worker)
        #expect(job.error == "the worker \(worker) does not know the task \"resize\": it runs processes")
    }

    @Test func handlersOfTasksRunNoCommands() async throws {
        let shop = try await Workshop()
        let executor = HandlerExecutor(tasks: ["b": { _, _ in }, "a": { _, _ in }])
        let id = try await shop.enqueue(["true"]) { $0.maxRetries = 0 }[0]
        let job = try await shop.withWorker(executor: executor) { _ in try await shop.wait(for: id, .dead) }
        #expect(job.error?.hasSuffix(#"does not know commands: it runs the tasks "a", "b""#) == true)
    }

    @Test func handlersRunNoTaskOfAnotherName() async throws {
        let shop = try await Workshop()
        let executor = HandlerExecutor(tasks: ["a": { _, _ in }])
        let id = try await enqueue(shop, "b")
        let job = try await shop.withWorker(executor: executor) { _ in try await shop.wait(for: id, .dead) }
        #expect(job.reason == "unknown_task")
        #expect(job.error?.hasSuffix(#"does not know the task "b": it runs the tasks "a""#) == true)
    }

    @Test func aRetryReachesAWorkerThatKnowsTheTask() async throws {
        let shop = try await Workshop()
        let id = try await enqueue(shop, "resize")
        _ = try await shop.withWorker { _ in
            try await waitUntil("it has failed once") { try await shop.job(id).failures >= 1 }
        }
        if try await shop.job(id).state == .dead { _ = try await shop.queue.retry([id]) }
        try await shop.withWorker(executor: HandlerExecutor(tasks: ["resize": { _, _ in }])) { _ in
            try await shop.wait(for: id, .completed)
        }
    }
}
