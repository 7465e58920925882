import EmbeddedRedis
import QueueKit
import RedisClient

/// A redis-server as queuectl starts it by default (append-only file, unix socket), in a temporary folder.
struct BenchmarkServer {
    let redis: RedisConnection
    private let server: TemporaryServer

    var configuration: RedisConfiguration { server.configuration }
    var socket: String {
        if case .unix(let path) = server.configuration.address { path } else { "" }
    }

    /// Starts one, and ends it when `body` has returned. It ends with this process too.
    static func with<Result>(_ body: (BenchmarkServer) async throws -> Result) async throws -> Result {
        let server = try await EmbeddedServer.temporary()
        let running = BenchmarkServer(redis: RedisConnection(server.configuration), server: server)
        do {
            let result = try await body(running)
            try await running.close()
            return result
        } catch {
            try await running.close()
            throw error
        }
    }

    private func close() async throws {
        redis.close()
        try await server.close()
    }

    var queue: JobQueue { JobQueue(.default, redis: redis) }

    /// Throws everything away.
    func clear() async throws {
        _ = try await redis.send(RedisCommand("FLUSHALL", "SYNC"))
        try await settle()
    }

    /// Waits until a rewrite of the append-only file is over, which would take a core.
    func settle() async throws {
        while try await info("persistence")["aof_rewrite_in_progress"] != "0" {
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// A section of INFO.
    func info(_ section: String) async throws -> [String: String] {
        let text = try await redis.send(RedisCommand("INFO", section)).string ?? ""
        var values: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
        }
        return values
    }

    /// Bytes in use.
    func memory() async throws -> Double {
        try await number(info("memory")["used_memory"])
    }
}

/// Says that the server gave no such number.
struct NoNumber: Error {}

func number(_ text: String?) throws -> Double {
    guard let value = text.flatMap(Double.init) else { throw NoNumber() }
    return value
}
