import EmbeddedRedis
import Glibc
import RedisClient
import TestSupport
import Testing

@Suite struct ProgramTests {
    @Test func missingProgramNamesThePackageAndTheAlternative() async throws {
        let empty = try TemporaryFolder()
        try await EmbeddedFixture.with(environment: ["PATH": empty.path]) { fixture in
            let error = await #expect(throws: EmbeddedServerError.self) { try await fixture.server.ensureRunning() }
            #expect(error?.code == .notInstalled)
            #expect(
                error?.description == "Cannot find redis-server. Install it (apt-get install redis-server), "
                    + "or use a Redis of your own with --redis URL."
            )
            guard case .notInstalled = await fixture.server.status() else {
                Issue.record("status does not say that it is not installed")
                return
            }
            await #expect(throws: EmbeddedServerError.self) {
                try await EmbeddedServer.temporary(environment: testEnvironment(["PATH": empty.path]))
            }
        }
    }

    @Test(
        arguments: [
            ("Redis server v=6.0.16 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64", .tooOld, "Redis 6.0.16"),
            ("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64", .startFailed, "could not"),
            ("hello", .notInstalled, "does not tell its version"),
        ] as [(String, EmbeddedServerError.Code, String)]
    )
    func programIsAskedForItsVersionFirst(
        _ answer: String,
        _ code: EmbeddedServerError.Code,
        _ words: String
    ) async throws {
        let folder = try TemporaryFolder()
        let program = folder.path + "/redis-server"
        let script = """
            #!/bin/sh
            if [ "$1" = --version ]; then echo '\(answer)'; exit 0; fi
            echo 'could not' >&2
            exit 1
            """
        try ProgramFile.write(script, to: program)
        try await EmbeddedFixture.with(environment: ["QUEUECTL_REDIS_SERVER": program]) { fixture in
            let error = await #expect(throws: EmbeddedServerError.self) { try await fixture.server.ensureRunning() }
            #expect(error?.code == code)
            #expect(error?.message.contains(words) == true)
        }
    }

    @Test func overrideThatDoesNotExistIsNamed() async throws {
        try await EmbeddedFixture.with(environment: ["QUEUECTL_REDIS_SERVER": "/nowhere/redis-server"]) { fixture in
            let error = await #expect(throws: EmbeddedServerError.self) { try await fixture.server.ensureRunning() }
            #expect(error?.code == .notInstalled)
            #expect(error?.message.contains("/nowhere/redis-server that QUEUECTL_REDIS_SERVER names") == true)
        }
    }
}
