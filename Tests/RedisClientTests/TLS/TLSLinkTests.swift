import Glibc
import TestSupport
import Testing

@testable import RedisClient

/// What a session holds of a record, `poll` knows nothing of.
@Suite(.timeLimit(.minutes(1))) struct TLSLinkTests {
    @Test func whatIsLeftOfARecordIsReadWithoutPolling() throws {
        let secured = try SecuredServer()
        let link = try link(secured.configuration())
        link.enqueue(RedisCommand("ECHO", String(repeating: "x", count: 10_000)))
        try link.flush()
        // 16 times that is read in one go: a tenth of the record.
        let small = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 8)
        defer { small.deallocate() }
        wait(link.descriptor, link.events)
        var replies: [RESPValue] = []
        var rounds = 0
        repeat {
            let arrival = link.receive(into: small)
            #expect(arrival.end == nil)
            replies += arrival.replies
            rounds += 1
        } while link.holdsMore
        #expect(replies.map { $0.bytes?.count } == [10_000] && rounds > 5)
        // Nothing is left now, and the kernel is asked again.
        #expect(link.receive(into: small).replies.isEmpty && !link.holdsMore)
    }

    private func link(_ configuration: RedisConfiguration) throws -> Link {
        let wake = try #require(WakeUp())
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
        defer { buffer.deallocate() }
        let approach = Approach(configuration, now: .now, wake: wake)
        var isReady = false
        while true {
            if case .ready(let link) = try approach.advance(now: .now, isReady: isReady, buffer: buffer) { return link }
            let (descriptor, events) = approach.interest ?? (wake.descriptor, Int16(POLLIN))
            isReady = wait(descriptor, events)
        }
    }

    @discardableResult
    private func wait(_ descriptor: Int32, _ events: Int16) -> Bool {
        var polled = pollfd(fd: descriptor, events: events, revents: 0)
        return poll(&polled, 1, 10_000) > 0
    }
}
