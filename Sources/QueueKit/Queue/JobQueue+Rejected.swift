import RedisClient

/// A push that was set aside.
public struct RejectedPush: Sendable {
    /// Its number, in the order of rejection: `<ms since the epoch>-<n>`.
    public let id: String
    /// When it was set aside.
    public let time: Timestamp
    /// Why.
    public private(set) var reason: String
    /// Its bytes, of a long one the first 64 KiB.
    public private(set) var raw: [UInt8]
    /// How many of its bytes were kept.
    public let keptBytes: Int
    /// How long it was.
    public let length: Int
    /// The SHA-1 of all of it, if only a part is kept.
    public let sha1: String?

    /// Whether its bytes are those of a signed job, right or wrong.
    package var isSigned: Bool { JobDocument.isSigned(JSONParser.leadingMembers(raw).map(\.name)) }

    /// The same push, to be shown: without what the patterns match.
    package func redacted(by redaction: Redaction) -> RejectedPush {
        var push = self
        push.reason = redaction.redacted(reason)
        push.raw = redaction.redacted(raw)
        return push
    }

    init?(reply: RESPValue) {
        guard let parts = reply.array, parts.count == 2, let id = parts[0].string, let fields = parts[1].fields
        else { return nil }
        let values = Dictionary(fields, uniquingKeysWith: { first, _ in first })
        self.id = id
        self.time = Timestamp(milliseconds: Int64(id.prefix { $0 != "-" }) ?? 0)
        self.reason = String(decoding: values["reason"] ?? [], as: UTF8.self)
        self.raw = values["raw"] ?? []
        self.keptBytes = raw.count
        self.length = values["length"].flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? raw.count
        self.sha1 = values["sha1"].map { String(decoding: $0, as: UTF8.self) }
    }
}

extension JobQueue {
    /// Entries read at once: they may have 64 KiB each.
    private static let rejectedPage = 50
    /// Entries deleted at once.
    private static let rejectedStep = 500

    /// Reads up to `limit` rejected pushes, the latest first. A round trip for each 50, so that Redis is never held up.
    public func rejected(limit: Int) async throws(QueueError) -> [RejectedPush] {
        var found: [RejectedPush] = []
        var end = "+"
        while found.count < limit {
            let count = min(limit - found.count, Self.rejectedPage)
            let replies = try await pipeline(
                [RedisCommand("XREVRANGE", keys.rejected, end, "-", "COUNT", String(count))],
                attempting: "list the rejected pushes"
            )
            let page = replies[0].array?.compactMap(RejectedPush.init(reply:)) ?? []
            found += page
            guard page.count == count, let last = page.last else { break }
            end = "(\(last.id)"
        }
        return found
    }

    /// Reads up to 50 rejected pushes in the order in which they were rejected, those behind `id` (the first ones with nil), up
    /// to `last`.
    public func rejected(after id: String?, through last: String) async throws(QueueError) -> [RejectedPush] {
        let start = id.map { "(\($0)" } ?? "-"
        let command = RedisCommand("XRANGE", keys.rejected, start, last, "COUNT", String(Self.rejectedPage))
        let replies = try await pipeline([command], attempting: "list the rejected pushes")
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
        guard let ids else { return try await purgeAllRejected() }
        let known = ids.filter(Self.isStreamID)
        guard !known.isEmpty else { return 0 }
        var command = RedisCommand("XDEL", keys.rejected)
        for id in known { command.append(id) }
        return Int(try await pipeline([command], attempting: "purge the rejected pushes")[0].int ?? 0)
    }

    /// Deletes as many as there are now, the oldest first, a bounded number at once.
    private func purgeAllRejected() async throws(QueueError) -> Int {
        let attempt = "purge the rejected pushes"
        var left = Int(try await pipeline([RedisCommand("XLEN", keys.rejected)], attempting: attempt)[0].int ?? 0)
        var deleted = 0
        while left > 0 {
            left = max(0, left - Self.rejectedStep)
            let trim = RedisCommand("XTRIM", keys.rejected, "MAXLEN", String(left))
            deleted += Int(try await pipeline([trim], attempting: attempt)[0].int ?? 0)
        }
        return deleted
    }

    static func isStreamID(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { UInt64($0) != nil }
    }
}
