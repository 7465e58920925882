import RedisClient
import TestSupport
import Testing

@Suite struct GreetingTests {
    let server: RedisServer

    init() throws {
        server = try RedisServer(
            .init(configuration: ["requirepass right", "user ann on >annspass ~* &* +@all", "maxclients 10"])
        )
    }

    private func connection(_ change: (inout RedisConfiguration) -> Void) -> RedisConnection {
        var configuration = server.configuration
        configuration.password = "right"
        change(&configuration)
        return RedisConnection(configuration)
    }

    private func refusal(_ change: (inout RedisConfiguration) -> Void) async throws -> RedisError {
        let redis = connection(change)
        let error = try await #require(throws: RedisError.self) { try await redis.send(RedisCommand("PING")) }
        #expect(error.code == .reply)
        #expect(!error.mayHaveRun)
        return error
    }

    @Test func theRightPasswordIsAccepted() async throws {
        #expect(try await connection { _ in }.send(RedisCommand("ACL", "WHOAMI")).string == "default")
    }

    @Test func aUserIsLoggedIn() async throws {
        let redis = connection {
            $0.username = "ann"
            $0.password = "annspass"
        }
        #expect(try await redis.send(RedisCommand("ACL", "WHOAMI")).string == "ann")
    }

    @Test func aWrongPasswordIsRefusedAndNotRepeated() async throws {
        let error = try await refusal { $0.password = "hunter2" }
        #expect(error.reply?.kind == .wrongPass)
        #expect(error.reply?.advice == .configuration)
        #expect(!"\(error)".contains("hunter2"))
    }

    @Test func aMissingPasswordIsToldApartFromAWrongOne() async throws {
        #expect(try await refusal { $0.password = nil }.reply?.kind == .noAuth)
        #expect(
            try await refusal {
                $0.password = nil
                $0.clientName = "named"
            }.reply?.kind == .noAuth
        )
    }

    @Test func aPasswordForAServerWithoutOneSaysSo() async throws {
        var configuration = try RedisServer.shared().configuration
        configuration.password = "hunter2"
        let redis = RedisConnection(configuration)
        let error = try await #require(throws: RedisError.self) { try await redis.send(RedisCommand("PING")) }
        #expect(error.reply?.kind == .passwordNotConfigured)
        #expect(!"\(error)".contains("hunter2"))
    }

    @Test func theDatabaseAndTheNameAreSet() async throws {
        let redis = connection {
            $0.database = 3
            $0.clientName = "worker-1"
        }
        let info = try #require(await redis.send(RedisCommand("CLIENT", "INFO")).string)
        #expect(info.contains(" db=3 ") && info.contains(" name=worker-1 "))
    }

    @Test func aDatabaseThatDoesNotExistIsRefused() async throws {
        let error = try await refusal { $0.database = 99 }
        #expect("\(error)".contains("SELECT") && "\(error)".contains("out of range"))
    }

    @Test func aNameThatIsRefusedDoesNotMatter() async throws {
        let redis = connection { $0.clientName = "two words" }
        #expect(try await redis.send(RedisCommand("PING")) == .simple("PONG"))
    }

    @Test func aServerThatIsFullSaysSo() async throws {
        let others = (0..<10).map { _ in connection { _ in } }
        for other in others { _ = try await other.send(RedisCommand("PING")) }
        let error = try await refusal { _ in }
        #expect(error.reply?.kind == .maxClients)
        #expect(error.reply?.advice == .backOff)
        #expect(others.allSatisfy { $0.isConnected })
    }
}
