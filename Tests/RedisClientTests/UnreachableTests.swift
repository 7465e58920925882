import RedisClient
import TestSupport
import Testing

@Suite struct UnreachableTests {
    /// Fails if the answer is only that of the timeout. The limit is wide because the tests run all at once.
    private func failure(_ address: RedisAddress, timeout: Duration = .seconds(60)) async throws -> RedisError {
        let redis = RedisConnection(
            RedisConfiguration(address: address, connectTimeout: timeout, commandTimeout: .seconds(90))
        )
        let start = ContinuousClock.now
        let error = try await #require(throws: RedisError.self) { try await redis.send(RedisCommand("PING")) }
        #expect(ContinuousClock.now - start < .seconds(30))
        #expect(error.code == .unreachable)
        #expect(!error.mayHaveRun)
        return error
    }

    @Test func aPortWithoutAServerIsNamed() async throws {
        let port = try KeptPort()
        let error = try await failure(.tcp(host: "127.0.0.1", port: port.number))
        #expect("\(error)" == "Cannot reach Redis at 127.0.0.1:\(port.number): Connection refused")
    }

    @Test func aSocketThatDoesNotExistIsNamed() async throws {
        let error = try await failure(.unix(path: "/tmp/no/such.sock"))
        #expect("\(error)" == "Cannot reach Redis at unix:/tmp/no/such.sock: No such file or directory")
    }

    @Test func aSocketPathThatIsTooLongSaysSo() async throws {
        let path = "/tmp/" + String(repeating: "x", count: 103)
        let error = try await failure(.unix(path: path))
        #expect(error.cause == "a socket path must have 1 to 107 bytes, this one has 108")
    }

    @Test func aNameThatDoesNotExistSaysSo() async throws {
        let error = try await failure(.tcp(host: "no-such-host.invalid", port: 1), timeout: .seconds(2))
        #expect(error.cause.contains("no-such-host.invalid") || error.cause.contains("lookup"))
    }

    @Test func aNameWithSeveralAddressesIsTriedThrough() async throws {
        let server = try RedisServer(.init(tcp: true))
        let port = try #require(server.port)
        // The server listens on 127.0.0.1 only; localhost may be ::1 first.
        let redis = RedisConnection(RedisConfiguration(address: .tcp(host: "localhost", port: port)))
        #expect(try await redis.send(RedisCommand("PING")) == .simple("PONG"))
    }

    @Test func aServerThatAcceptsButNeverAnswersIsGivenUpInTime() async throws {
        let server = try RedisServer()
        server.freeze()
        var configuration = server.configuration
        configuration.connectTimeout = .milliseconds(200)
        let redis = RedisConnection(configuration)
        let error = try await #require(throws: RedisError.self) { try await redis.send(RedisCommand("PING")) }
        #expect(error.code == .unreachable)
        #expect(error.cause.contains("did not answer within 0.2 seconds"))
        server.thaw()
        #expect(try await redis.send(RedisCommand("PING")) == .simple("PONG"))
    }

    @Test func anIPv6AddressIsPrintedInBrackets() {
        #expect(RedisAddress.tcp(host: "::1", port: 7).description == "[::1]:7")
    }
}
