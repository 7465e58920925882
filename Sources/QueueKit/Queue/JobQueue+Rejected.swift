import RedisClient

/// A push that was set aside.
public struct RejectedPush: Sendable {
    /// Its number, in the order of rejection: `<ms since the epoch>-<n>`.
    public let id: String
    /// When it was set aside.
    public let time: Timestamp
    /// Why.
    public let reason: String
    /// Its bytes, of a long one the first 64 KiB.
    public let raw: [UInt8]
    /// How long it was.
    public let length: Int
    /// The SHA-1 of all of it, if only a part is kept.
    public let sha1: String?

    init?(reply: RESPValue) {
        guard let parts = reply.array, parts.count == 2, let id = parts[0].string, let fields = parts[1].fields
        else { return nil }
        let values = Dictionary(fields, uniquingKeysWith: { first, _ in first })
        self.id = id
        self.time = Timestamp(milliseconds: Int64(id.prefix { $0 != "-" }) ?? 0)
        self.reason = String(decoding: values["reason"] ?? [], as: UTF8.self)
        self.raw = values["raw"] ?? []
        self.length = values["length"].flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? raw.count
        self.sha1 = values["sha1"].map { String(decoding: $0, as: UTF8.self) }
    }
}

extension JobQueue {
    /// Reads up to `limit` rejected pushes, the latest first.
    public func rejected(limit: Int) async throws(QueueError) -> [RejectedPush] {
        let replies = try await pipeline(
            [RedisCommand("XREVRANGE", keys.rejected, "+", "-", "COUNT", String(limit))],
            attempting: "list the rejected pushes"
        )
        return replies[0].array?.compactMap(RejectedPush.init(reply:)) ?? []
    }

    /// Reads one rejected push; nil if there is none with this id.
    public func rejected(_ id: String) async throws(QueueError) -> RejectedPush? {
        guard Self.isStreamID(id) else { return nil }
        let replies = try await pipeline(
            [RedisCommand("XRANGE", keys.rejected, id, id)],
            attempting: "read the rejected push \(id)"
        )
        return replies[0].array?.first.flatMap(RejectedPush.init(reply:))
    }

    /// Deletes rejected pushes: these, or all. Returns how many. The count of all that ever were rejected stays.
    public func purgeRejected(_ ids: [String]? = nil) async throws(QueueError) -> Int {
        var command = RedisCommand(ids == nil ? "XTRIM" : "XDEL", keys.rejected)
        if let ids {
            let known = ids.filter(Self.isStreamID)
            guard !known.isEmpty else { return 0 }
            for id in known { command.append(id) }
        } else {
            command.append("MAXLEN")
            command.append("0")
        }
        return Int(try await pipeline([command], attempting: "purge the rejected pushes")[0].int ?? 0)
    }

    private static func isStreamID(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { UInt64($0) != nil }
    }
}
