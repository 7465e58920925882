import QueueKit
import Testing

@Suite struct RejectedTests {
    @Test func rejectedPushesAreListedShownAndPurged() async throws {
        let queue = try TestQueue()
        for raw in ["one", "two", "three"] {
            try await queue.send(
                "XADD",
                "R:rejected",
                "*",
                "reason",
                "no good",
                "raw",
                raw,
                "length",
                "\(raw.utf8.count)"
            )
        }
        let all = try await queue.queue.rejected(limit: 2)
        #expect(all.map { String(decoding: $0.raw, as: UTF8.self) } == ["three", "two"])
        let one = try #require(try await queue.queue.rejected(all[0].id))
        #expect((one.reason, one.length, one.sha1) == ("no good", 5, nil))
        #expect(try await queue.queue.rejected("0-1") == nil)
        #expect(try await queue.queue.rejected("nonsense") == nil)
        #expect(try await queue.queue.purgeRejected([all[0].id, "nonsense", "0-1"]) == 1)
        #expect(try await queue.queue.purgeRejected() == 2)
        #expect(try await queue.queue.purgeRejected() == 0)
    }
}
