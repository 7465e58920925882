import EmbeddedRedis
import RedisClient
import TestSupport
import Testing

@Suite struct RaceTests {
    @Test func twentyTasksGetOneServer() async throws {
        try await EmbeddedFixture.with { fixture in
            let server = fixture.server
            let started = try await withThrowingTaskGroup(of: EmbeddedServer.StartOutcome.self) { group in
                for _ in 0..<20 { group.addTask { try await server.start(deadline: .seconds(30)) } }
                return try await group.reduce(into: 0) { $0 += $1 == .started ? 1 : 0 }
            }
            #expect(started == 1)
            #expect(redisServers(mentioning: fixture.path).count == 1)
        }
    }

    @Test func twentyProcessesGetOneServer() async throws {
        try await EmbeddedFixture.with { fixture async throws in
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<20 {
                    group.addTask { [path = fixture.path] in
                        await #expect(processExitsWith: .success) { [path = path as String] in
                            let server = EmbeddedServer(dataDirectory: path)
                            _ = try await send(
                                RedisCommand("INCR", "uses"),
                                to: server.ensureRunning(deadline: .seconds(30))
                            )
                        }
                    }
                }
            }
            #expect(redisServers(mentioning: fixture.path).count == 1)
            #expect(try await fixture.send(RedisCommand("GET", "uses")).string == "20")
        }
    }

    @Test func startingWhileItStopsGivesANewServer() async throws {
        try await EmbeddedFixture.with { fixture in
            for round in Int64(1)...5 {
                try await fixture.send(RedisCommand("INCR", "rounds"))
                let server = fixture.server
                async let stopping = server.stop()
                let configuration = try await server.ensureRunning()
                _ = try await stopping
                _ = configuration
                #expect(try await fixture.send(RedisCommand("GET", "rounds")).int == round)
                #expect(redisServers(mentioning: fixture.path).count == 1)
            }
        }
    }
}
