import CHiredis
import Glibc
import RedisClient

/// Hiredis as its manual shows it: append commands, then get the replies. The least that a client of Redis can be.
///
/// It blocks: not for the cooperative pool.
final class PlainConnection {
    private let context: UnsafeMutablePointer<redisContext>

    init(_ socket: String) throws {
        guard let context = redisConnectUnix(socket) else { throw PlainFailure(reason: "out of memory") }
        self.context = context
        guard context.pointee.err == 0 else { throw PlainFailure(reason: "cannot connect to \(socket)") }
    }

    deinit {
        redisFree(context)
    }

    /// Sends commands in one go and waits for all replies. Returns those that are strings.
    @discardableResult
    func pipeline(_ commands: [[String]]) throws -> [String] {
        for command in commands {
            var wire = "*\(command.count)\r\n"
            for word in command { wire += "$\(word.utf8.count)\r\n\(word)\r\n" }
            redisAppendFormattedCommand(context, wire, wire.utf8.count)
        }
        var strings: [String] = []
        for command in commands {
            var raw: UnsafeMutableRawPointer?
            guard redisGetReply(context, &raw) == REDIS_OK, let raw else {
                throw PlainFailure(reason: "\(command[0]) was not answered")
            }
            defer { freeReplyObject(raw) }
            let reply = raw.assumingMemoryBound(to: redisReply.self).pointee
            if reply.type == REDIS_REPLY_ERROR { throw PlainFailure(reason: "\(command[0]) was refused") }
            if reply.type == REDIS_REPLY_STRING { strings.append(String(cString: reply.str)) }
        }
        return strings
    }
}

/// Says why the plain connection gave up.
struct PlainFailure: Error {
    let reason: String
}

/// Does something that blocks, on a thread of its own.
func blocking<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        do {
            try OwnThread.start(name: "benchmark") { continuation.resume(with: Result(catching: work)) }
        } catch {
            continuation.resume(throwing: error)
        }
    }
}
