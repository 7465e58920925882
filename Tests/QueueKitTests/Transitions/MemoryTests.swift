import QueueKit
import TestSupport
import Testing

/// A Redis that is out of memory refuses new work, and lets what is there be drained.
@Suite struct MemoryTests {
    @Test func enqueueIsRefusedAndEverythingThatDrainsWorks() async throws {
        let queue = try TestQueue(on: RedisServer())
        try await queue.enqueue("a", "b", "c", "d")
        try await queue.claim(1)
        try await queue.send("LPUSH", "R:incoming", #"{"id":"p","command":"x"}"#)
        try await queue.send("CONFIG", "SET", "maxmemory", "1")
        let before = try await queue.snapshot()
        let error = await #expect(throws: QueueError.self) { try await queue.enqueue("e", "f") }
        #expect(error?.code == .refused)
        #expect(error?.description.contains("out of memory") == true)
        #expect(try await queue.snapshot() == before)

        #expect(try await queue.renew("a") == .ok)
        #expect(try await queue.settle("a", .retry(after: .zero)) == .settled(.failed))
        let claim = try await queue.claim(1, number: 2)
        #expect(claim.ids == ["b"])
        #expect(try await queue.ingest(claim) == [.added(.pending)])
        #expect(try await queue.settle("b", .completed, number: 2) == .settled(.completed))
        #expect(try await queue.queue.cancel([id("c")]) == [.done(.cancelled)])
        #expect(try await queue.queue.delete([id("c")]) == [.done(.cancelled)])
        #expect(try await queue.queue.pause())
        try await queue.send("CONFIG", "SET", "maxmemory", "0")
        try await queue.checkI1()
    }

    @Test func outputIsTheFirstToGiveWay() async throws {
        let queue = try TestQueue(on: RedisServer())
        try await queue.bring("a", to: .processing)
        try await queue.send("CONFIG", "SET", "maxmemory", "1")
        let entry = NewLogEntry(number: 1, stream: .stdout, data: [1])
        let token = JobToken(worker: workerA, request: 1)
        let error = await #expect(throws: QueueError.self) {
            try await queue.queue.appendLog(of: id("a"), token: token, run: 1, [entry])
        }
        #expect(error?.code == .refused)
        #expect(try await queue.settle("a", .completed) == .settled(.completed))
        try await queue.checkI1()
    }
}
