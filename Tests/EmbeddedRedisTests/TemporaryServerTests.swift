import EmbeddedRedis
import Glibc
import RedisClient
import TestSupport
import Testing

@Suite struct TemporaryServerTests {
    @Test func closingLeavesNothingBehind() async throws {
        let server = try await EmbeddedServer.temporary(environment: testEnvironment())
        let folder = server.dataDirectory
        #expect(try await send(RedisCommand("SET", "k", "v"), to: server.configuration).string == "OK")
        #expect(permissions(of: folder) == 0o700)
        try await server.close()
        #expect(!exists(folder))
        #expect(redisServers(mentioning: folder).isEmpty)
        try await server.close()
    }

    @Test func droppingItEndsItToo() async throws {
        var server: TemporaryServer? = try await EmbeddedServer.temporary(environment: testEnvironment())
        let folder = try #require(server?.dataDirectory)
        server = nil
        try await eventually("its folder is gone") { !exists(folder) }
        #expect(redisServers(mentioning: folder).isEmpty)
    }

    @Test func killingItsOwnerLeavesNothingBehind() async throws {
        let shelf = try TemporaryFolder()
        await #expect(processExitsWith: .signal(SIGKILL)) { [shelf = shelf.path as String] in
            let environment = testEnvironment(["TMPDIR": shelf])
            let server = try await EmbeddedServer.temporary(environment: environment)
            _ = try await send(RedisCommand("SET", "k", "v"), to: server.configuration)
            try write(server.dataDirectory, to: shelf + "/note")
            kill(getpid(), SIGKILL)
        }
        let folder = try #require(contents(of: shelf.path + "/note"))
        #expect(folder.hasPrefix(shelf.path))
        try await eventually("its folder is gone") { !exists(folder) }
        #expect(redisServers(mentioning: folder).isEmpty)
    }

    @Test func crashOfTheServerStillLeavesNothingBehind() async throws {
        let server = try await EmbeddedServer.temporary(environment: testEnvironment())
        let folder = server.dataDirectory
        for pid in redisServers(mentioning: folder) { kill(pid, SIGKILL) }
        try await server.close()
        #expect(!exists(folder))
    }
}
