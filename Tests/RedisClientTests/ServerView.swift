import RedisClient
import TestSupport

// What the server says about its clients.
extension RedisConnection {
    /// Whether a client with this name is blocked. Give each connection under test a name of its own.
    func isBlocked(_ name: String) async throws -> Bool {
        let list = try await send(RedisCommand("CLIENT", "LIST")).string ?? ""
        return list.split(separator: "\n").contains { line in
            line.contains(" name=\(name) ") && line.contains(" flags=b")
        }
    }

    /// The number that the server gave this connection.
    func clientID() async throws -> Int64 {
        try await send(RedisCommand("CLIENT", "ID")).int ?? 0
    }
}

extension RedisServer {
    /// A connection with a name of its own.
    func named(_ name: String) -> RedisConnection {
        var configuration = configuration
        configuration.clientName = name
        return RedisConnection(configuration)
    }
}
