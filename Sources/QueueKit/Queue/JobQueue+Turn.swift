import QueueScripts
import RedisClient

/// What a turn gave.
public struct Turn: Sendable {
    /// What became of the outcomes, in their order.
    public let settled: [SettleResult]
    /// What the worker was handed.
    public let claim: Claim
}

extension JobQueue {
    /// Ends runs, and hands out jobs, up to `turnLimit` of both, as ``settle(_:configuration:)`` and then ``claim(_:)`` would. One
    /// round trip, and one script instead of two. The same call again ends nothing twice and gives the same jobs.
    ///
    /// - Throws: `QueueError`. Of the outcomes then holds what holds of a settle that failed, and of the jobs what holds of a
    ///   claim that failed: each of the two can be repeated on its own.
    public func turn(_ settlements: [Settlement], claiming request: ClaimRequest) async throws(QueueError) -> Turn {
        let attempt = "settle \(settlements.count) job(s) and claim others"
        var arguments = RedisArguments()
        arguments.append(request, slotsAtMost: Self.turnLimit)
        for settlement in settlements { arguments.append(settlement) }
        let parts = try await run(.turn, arguments, attempting: attempt)
        guard let replies = parts.array, replies.count == 2, let claim = Claim(reply: replies[1], queue: name),
            let settled = replies[0].array?.compactMap(SettleResult.init(reply:)), settled.count == settlements.count
        else { throw unexpected(parts, attempting: attempt) }
        return Turn(settled: settled, claim: claim)
    }
}
