import QueueKit
import Testing

@Suite struct ReportTests {
    private func report(
        _ id: String,
        _ progress: Int,
        _ text: String? = nil,
        by worker: WorkerID = workerA,
        number: Int64 = 1
    ) throws -> ProgressReport {
        ProgressReport(
            id: try JobID(id),
            token: JobToken(worker: worker, request: number),
            progress: progress,
            text: text
        )
    }

    @Test func progressStandsInTheJobAndTheLatestCounts() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        #expect(try await queue.queue.report([report("a", 20, "reading")]) == [true])
        #expect(try await queue.queue.report([report("a", 40, "encoding")]) == [true])
        try await queue.expect(
            """
            counts: enqueued_total 1, pending 0, processing 1
            job:a: command true, created_at <now>, max_retries 3, priority 5, progress 40, progress_text encoding, request <ulid>, run 1, started_at <now>, state processing, token a-1-x.1, waited_ms <ms>
            meta: reaped_at <now>, schema 1
            processing: a +30s
            worker:a-1-x: jobs a, request 1
            """
        )
        let job = try await queue.queue.job(id("a"))
        #expect(job?.progress == 40 && job?.progressText == "encoding")
        #expect(try await queue.queue.report([report("a", 41)]) == [true])
        #expect(try await queue.queue.job(id("a"))?.progressText == nil)
    }

    @Test func whoHasLostTheJobChangesNothingAndItsNeighbourIsReported() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a", "b", "c")
        try await queue.claim(2)
        let before = try await queue.snapshot()
        #expect(
            try await queue.queue.report([
                report("a", 50, by: workerB), report("a", 50, number: 2), report("c", 50), report("gone", 50),
            ]) == [false, false, false, false]
        )
        try await queue.expect(before)
        #expect(try await queue.queue.report([report("a", 50, by: workerB), report("b", 50)]) == [false, true])
    }

    @Test(arguments: [JobState.completed, .failed, .dead, .cancelled])
    func aReportThatComesAfterTheEndChangesNothing(state: JobState) async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: state)
        let before = try await queue.snapshot()
        #expect(try await queue.queue.report([report("a", 50)]) == [false])
        try await queue.expect(before)
    }

    @Test func aDamagedJobIsLeftAlone() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        try await queue.seed("DEL R:job:a", "SET R:job:a x")
        #expect(try await queue.queue.report([report("a", 50)]) == [false])
    }

    @Test func theNextRunBeginsWithoutIt() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        try await queue.queue.report([report("a", 70, "encoding")])
        try await queue.settle("a", .retry(after: .zero))
        #expect(try await queue.queue.job(id("a"))?.progress == 70)
        let job = try await queue.claim(1, number: 2).jobs.first?.job
        #expect(job?.progress == nil && job?.progressText == nil)
        #expect(try await queue.queue.job(id("a")) == job)
        #expect(try await queue.queue.report([report("a", 70)]) == [false])
    }
}
