import QueueScripts
import RedisClient
import TestSupport

@testable import QueueKit

/// A queue that nothing else uses, on the server that all tests share unless another is given.
struct TestQueue: Sendable {
    let server: RedisServer
    let redis: RedisConnection
    let queue: JobQueue
    var configuration = QueueConfiguration()

    var keys: QueueKeys { queue.keys }

    init(on server: RedisServer? = nil) throws {
        self.server = try server ?? .shared()
        redis = self.server.connection()
        queue = JobQueue(try QueueName(RedisServer.uniqueName("q")), redis: redis)
    }

    /// The same queue through another connection.
    func through(_ connection: RedisConnection) -> JobQueue {
        JobQueue(queue.name, redis: connection)
    }

    /// Sends a command; `R` at the beginning of an argument stands for the prefix of this queue's keys.
    @discardableResult
    func send(_ words: String...) async throws -> RESPValue {
        try await redis.send(command(words))
    }

    /// Sends commands written as lines of words, in one go, and fails at the first error.
    func seed(_ lines: String...) async throws {
        let commands = lines.map { command($0.split(separator: " ").map(String.init)) }
        for reply in try await redis.pipeline(commands) {
            if let error = reply.error { throw error }
        }
    }

    private func command(_ words: [String]) -> RedisCommand {
        var command = RedisCommand(words[0])
        for word in words.dropFirst() {
            command.append(word.hasPrefix("R:") ? keys.prefix + word.dropFirst(2) : word)
        }
        return command
    }

    /// Runs a transition as it is, for what the Swift interface does not let through.
    func run(_ script: QueueScript, _ arguments: String...) async throws -> RESPValue {
        try await queue.run(script, RedisArguments(arguments), attempting: "test \(script.name)")
    }

    /// Makes the queue's next look at its leases happen in its next claim, as if the last had been long enough ago.
    func allowReap() async throws {
        let now = try await queue.serverTime().milliseconds
        try await send("HSET", "R:meta", "reaped_at", String(now - 5000))
    }

    /// Gives whoever was handed pushes ten minutes to ingest them, so that a busy machine changes nothing.
    func holdIntake() async throws {
        for number in try await send("ZRANGE", "R:intake_due", "0", "-1").array ?? [] {
            try await move(number.string ?? "", in: "intake_due", to: 600)
        }
    }

    /// Moves the score of an index entry to so many seconds from now.
    func move(_ id: String, in index: String, to seconds: Int64) async throws {
        let now = try await queue.serverTime().milliseconds
        try await send("ZADD", "R:\(index)", "XX", String(now + seconds * 1000), id)
    }
}
