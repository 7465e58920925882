import EmbeddedRedis
import Glibc
import RedisClient
import TestSupport
import Testing

@Suite struct StopTests {
    @Test func stopSavesEverythingAndSaysWhatItDid() async throws {
        try await EmbeddedFixture.with { fixture in
            #expect(try await fixture.server.stop() == .notRunning)
            #expect(!exists(fixture.path))
            try await fixture.send(RedisCommand("SET", "kept", "yes"))
            let pid = try await fixture.info().processID
            #expect(try await fixture.server.stop() == .stopped(processID: pid))
            #expect(redisServers(mentioning: fixture.path).isEmpty)
            #expect(try await fixture.server.stop() == .notRunning)
            guard case .stopped = await fixture.server.status() else {
                Issue.record("status does not say that it is stopped")
                return
            }
            #expect(try await fixture.send(RedisCommand("GET", "kept")).string == "yes")
        }
    }

    @Test func serverThatNobodyCanReachIsStoppedByItsProcessID() async throws {
        try await EmbeddedFixture.with { fixture in
            try await fixture.server.start()
            let pid = try await fixture.info().processID
            unlink(fixture.path + "/redis.sock")
            #expect(try await fixture.server.stop() == .stopped(processID: pid))
            #expect(redisServers(mentioning: fixture.path).isEmpty)
        }
    }

    @Test func serverThatDoesNotEndInTimeIsNotKilled() async throws {
        try await EmbeddedFixture.with { fixture in
            try await fixture.server.start()
            let pid = try await fixture.info().processID
            kill(pid, SIGSTOP)
            let error = await #expect(throws: EmbeddedServerError.self) {
                try await fixture.server.stop(timeout: .milliseconds(100))
            }
            #expect(error?.code == .timedOut)
            #expect(error?.message.contains("process \(pid)") == true)
            #expect(redisServers(mentioning: fixture.path) == [pid])
            kill(pid, SIGCONT)
            try await eventually("it ends once it can run") { redisServers(mentioning: fixture.path).isEmpty }
        }
    }
}
