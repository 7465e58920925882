import QueueScripts
import RedisClient

/// A push that waits to be judged.
public struct IntakeItem: Sendable {
    /// Its number in the intake.
    public let number: Int64
    /// The entry as it was pushed.
    public let raw: [UInt8]
    /// The fields of the prepared hash, if the entry is the id of one.
    public let preparedFields: [(String, [UInt8])]

    /// What it counts for against `JobQueue.intakeBytes`.
    var byteCount: Int { preparedFields.reduce(raw.count) { $0 + $1.0.utf8.count + $1.1.count } }
}

extension JobQueue {
    /// The most pushes that one call takes in.
    public static let intakeLimit = 1000
    /// So many bytes of pushes end an intake, with the push that reaches them.
    public static let intakeBytes = 1_048_576

    /// Whether pushes of other services wait. One command; the bell is none.
    public func hasPushes() async throws(QueueError) -> Bool {
        let command = RedisCommand("LRANGE", keys.incoming, "-2", "-1")
        let entries = try await pipeline([command], attempting: "look for pushed jobs")[0].array ?? []
        return entries.contains { $0.string != "!" }
    }

    /// Takes pushes in, up to `intakeLimit` and `intakeBytes`; none when none wait. One round trip.
    ///
    /// - Returns: Pushes for the caller to judge and ingest, within 5 seconds: then another worker gets them too.
    /// - Throws: `QueueError`; what was taken in in spite of it is handed to a worker after 5 seconds.
    public func takeIn() async throws(QueueError) -> [IntakeItem] {
        let attempt = "take in pushed jobs"
        let reply = try await run(.takeIn, ["\(Self.intakeLimit)", "\(Self.intakeBytes)"], attempting: attempt)
        guard let items = reply.array?.compactMap(IntakeItem.init(reply:)) else {
            throw unexpected(reply, attempting: attempt)
        }
        return items
    }
}

extension IntakeItem {
    init?(reply: RESPValue) {
        guard let parts = reply.array, parts.count == 3, let number = parts[0].int, let raw = parts[1].bytes,
            let fields = parts[2].fields
        else { return nil }
        self.number = number
        self.raw = raw
        self.preparedFields = fields
    }
}
