import CHiredis

/// Says that the server sent something that is not the Redis protocol.
struct ProtocolViolation: Error {
    let reason: String
}

/// Turns bytes into replies, with the parser of hiredis. Belongs to one thread.
final class ReplyReader {
    private let reader: UnsafeMutablePointer<redisReader>
    private let functions = UnsafeMutablePointer<redisReplyObjectFunctions>.allocate(capacity: 1)

    /// Nil when there is no memory for it.
    init?() {
        guard let reader = redisReaderCreate() else {
            functions.deallocate()
            return nil
        }
        self.reader = reader
        queuectl_limit_lists(reader, functions)
    }

    deinit {
        redisReaderFree(reader)
        functions.deallocate()
    }

    func feed(_ bytes: UnsafeRawBufferPointer) throws(ProtocolViolation) {
        guard let base = bytes.bindMemory(to: CChar.self).baseAddress else { return }
        if redisReaderFeed(reader, base, bytes.count) != REDIS_OK { throw violation() }
    }

    /// The next whole reply, or nil until more bytes arrive. After a throw the reader is of no more use.
    func next() throws(ProtocolViolation) -> RESPValue? {
        var raw: UnsafeMutableRawPointer?
        if redisReaderGetReply(reader, &raw) != REDIS_OK { throw violation() }
        guard let raw else { return nil }
        defer { freeReplyObject(raw) }
        return RESPValue(raw.assumingMemoryBound(to: redisReply.self).pointee)
    }

    private func violation() -> ProtocolViolation {
        withUnsafeBytes(of: reader.pointee.errstr) { text in
            ProtocolViolation(reason: String(decoding: text.prefix { $0 != 0 }, as: UTF8.self))
        }
    }
}

extension RESPValue {
    /// Copies a reply. hiredis limits the nesting, so the recursion is bounded.
    init(_ reply: redisReply) {
        switch reply.type {
        case REDIS_REPLY_INTEGER:
            self = .integer(reply.integer)
        case REDIS_REPLY_STRING:
            self = .bulk(Array(reply.text))
        case REDIS_REPLY_STATUS:
            self = .simple(String(decoding: reply.text, as: UTF8.self))
        case REDIS_REPLY_ERROR:
            self = .error(RedisReplyError(message: String(decoding: reply.text, as: UTF8.self)))
        case REDIS_REPLY_ARRAY:
            let elements = UnsafeBufferPointer(start: reply.element, count: Int(reply.elements))
            self = .array(elements.map { $0.map { RESPValue($0.pointee) } ?? .null })
        default:
            // RESP2 has nothing else but nil, and RESP3 is never asked for.
            self = .null
        }
    }
}

extension redisReply {
    fileprivate var text: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: str, count: Int(len)) }
}
