import QueueKit
import RedisClient
import TestSupport
import Testing

@testable import QueueWorker

/// How outcomes and claims travel.
@Suite struct ExchangeTests {
    @Test func anOutcomeAndTheClaimForItsSlotAreOneCall() async throws {
        // A server of its own: its calls are counted.
        let shop = try await Workshop(server: try RedisServer())
        let ids = try await shop.enqueue((0..<40).map { _ in "true" })
        let before = try await scriptCalls(shop)
        try await shop.withWorker(slots: 1) { _ in
            for id in ids { try await shop.wait(for: id, .completed) }
        }
        // One for each, and a few for beginning, ending and heartbeats. Two for each would be 80.
        #expect(try await scriptCalls(shop) - before < 60)
    }

    @Test func anOutcomeArrivesAlsoWhenClaimsAreRefused() async throws {
        let shop = try await Workshop()
        let ids = try await shop.enqueue(["sleep 0.5", "true"])
        try await shop.withWorker(slots: 1) { running in
            try await shop.wait(for: ids[0], .processing)
            _ = try await shop.redis.send(RedisCommand("SET", shop.queue.keys.inbox, "x"))
            try await shop.wait(for: ids[0], .completed)
            #expect(running.events.count { if case .trouble = $0 { true } else { false } } > 0)
            _ = try await shop.redis.send(RedisCommand("DEL", shop.queue.keys.inbox))
            try await shop.wait(for: ids[1], .completed)
        }
    }

    private func scriptCalls(_ shop: Workshop) async throws -> Int {
        let text = try await shop.redis.send(RedisCommand("INFO", "commandstats")).string ?? ""
        let lines = text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("cmdstat_eval") }
        return lines.reduce(0) { $0 + (Int($1.split(separator: "calls=")[1].prefix { $0.isNumber }) ?? 0) }
    }
}
