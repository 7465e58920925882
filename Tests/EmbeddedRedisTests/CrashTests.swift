import EmbeddedRedis
import Glibc
import RedisClient
import TestSupport
import Testing

@Suite struct CrashTests {
    @Test func whatWasAcknowledgedSurvivesKillingTheServer() async throws {
        try await EmbeddedFixture.with { fixture in
            for round in Int64(1)...3 {
                try await fixture.send(RedisCommand("RPUSH", "rounds", "\(round)"))
                let before = try await fixture.info().processID
                try await fixture.crash()
                // What a crash leaves: a socket nobody listens on, and a pid file.
                #expect(exists(fixture.path + "/redis.sock"))
                #expect(exists(fixture.path + "/redis.pid"))
                #expect(try await fixture.send(RedisCommand("LLEN", "rounds")).int == round)
                #expect(try await fixture.info().processID != before)
            }
        }
    }

    @Test func tornTailOfTheAppendOnlyFileIsDropped() async throws {
        try await EmbeddedFixture.with { fixture in
            try await fixture.send(RedisCommand("SET", "kept", "yes"))
            try await fixture.crash()
            let file = fixture.path + "/appendonlydir/appendonly.aof.1.incr.aof"
            try #require(exists(file))
            try write("*3\r\n$3\r\nSET\r\n$4\r\nto", to: file, mode: "ae")
            #expect(try await fixture.send(RedisCommand("GET", "kept")).string == "yes")
            #expect(try await fixture.send(RedisCommand("DBSIZE")).int == 1)
        }
    }

    /// Redis leaves the first commands of a torn transaction in its file, and would take all that comes after for its rest.
    @Test func whatIsWrittenAfterATornTransactionIsKept() async throws {
        try await EmbeddedFixture.with { fixture in
            try await fixture.send(RedisCommand("SET", "kept", "yes"))
            try await fixture.crash()
            let file = fixture.path + "/appendonlydir/appendonly.aof.1.incr.aof"
            let torn = "*1\r\n$5\r\nMULTI\r\n*3\r\n$3\r\nSET\r\n$4\r\ntorn\r\n$1\r\n1\r\n*3\r\n$3\r\nSE"
            try write(torn, to: file, mode: "ae")
            try await fixture.send(RedisCommand("SET", "after", "yes"))
            try await eventually("the file was written anew") { !exists(file) }
            try await fixture.send(RedisCommand("SET", "last", "yes"))
            try await fixture.crash()
            for key in ["kept", "after", "last"] {
                #expect(try await fixture.send(RedisCommand("GET", key)).string == "yes", "\(key)")
            }
            #expect(try await fixture.send(RedisCommand("EXISTS", "torn")).int == 0)
        }
    }

    @Test func damagedAppendOnlyFileIsReportedWithTheServersOwnWords() async throws {
        try await EmbeddedFixture.with { fixture in
            try await fixture.send(RedisCommand("SET", "kept", "yes"))
            try await fixture.crash()
            let file = fixture.path + "/appendonlydir/appendonly.aof.1.incr.aof"
            try write("this is no command\r\nnor is this\r\n", to: file, mode: "ae")
            let error = await #expect(throws: EmbeddedServerError.self) { try await fixture.server.ensureRunning() }
            #expect(error?.code == .startFailed)
            #expect(error?.message.contains("redis-check-aof --fix") == true)
            #expect(error?.message.contains(fixture.path + "/redis.log") == true)
            #expect(error?.message.contains("\n") == false)
            #expect(error?.logTail.isEmpty == false)
            #expect(redisServers(mentioning: fixture.path).isEmpty)
        }
    }

    @Test func pidFileNamingAnotherProcessDoesItNoHarm() async throws {
        try await EmbeddedFixture.with { fixture in
            let bystander = try ChildProcess(["sleep", "60"], output: "/dev/null")
            defer { bystander.kill9() }
            try await fixture.server.start()
            try await fixture.crash()
            try write("\(bystander.pid)\n", to: fixture.path + "/redis.pid")

            #expect(try await fixture.server.stop() == .notRunning)
            #expect(bystander.isRunning)
            try await fixture.server.start()
            #expect(bystander.isRunning)

            // A server that does not answer, and a pid file that names someone else.
            let pid = try await fixture.info().processID
            kill(pid, SIGSTOP)
            try write("\(bystander.pid)\n", to: fixture.path + "/redis.pid")
            let error = await #expect(throws: EmbeddedServerError.self) {
                try await fixture.server.stop(timeout: .milliseconds(100))
            }
            kill(pid, SIGCONT)
            #expect(error?.code == .timedOut)
            #expect(error?.message.contains("names no process that is it") == true)
            #expect(bystander.isRunning)
        }
    }

    @Test func deletedSocketIsRepairedAndNothingIsLost() async throws {
        try await EmbeddedFixture.with { fixture in
            try await fixture.send(RedisCommand("SET", "kept", "yes"))
            unlink(fixture.path + "/redis.sock")
            #expect(try await fixture.send(RedisCommand("GET", "kept")).string == "yes")
            #expect(redisServers(mentioning: fixture.path).count == 1)
        }
    }

    @Test func serverThatDoesNotAnswerIsReportedAndLeftAlone() async throws {
        try await EmbeddedFixture.with { fixture in
            try await fixture.server.start()
            let pid = try await fixture.info().processID
            kill(pid, SIGSTOP)
            defer { kill(pid, SIGCONT) }
            guard case .unresponsive(pid) = await fixture.server.status() else {
                Issue.record("not reported as unresponsive")
                return
            }
            let error = await #expect(throws: EmbeddedServerError.self) {
                try await fixture.server.ensureRunning(deadline: .milliseconds(100))
            }
            #expect(error?.code == .timedOut)
            #expect(error?.message.contains("process \(pid)") == true)
            #expect(redisServers(mentioning: fixture.path) == [pid])
        }
    }

    @Test func loadingIsWaitedForUpToTheDeadline() async throws {
        // Half a millisecond for each of 5,000 commands.
        let folder = try TemporaryFolder()
        let slow = folder.path + "/redis-server"
        let script = """
            #!/bin/sh
            [ "$1" = --version ] && exec redis-server --version
            exec redis-server "$@" --key-load-delay 500
            """
        try ProgramFile.write(script, to: slow)
        try await EmbeddedFixture.with(environment: ["QUEUECTL_REDIS_SERVER": slow]) { fixture in
            let connection = RedisConnection(try await fixture.server.ensureRunning())
            defer { connection.close() }
            _ = try await connection.pipeline((0..<5000).map { RedisCommand("INCRBY", "sum", "\($0)") })
            try await fixture.crash()

            let error = await #expect(throws: EmbeddedServerError.self) {
                try await fixture.server.ensureRunning(deadline: .seconds(1))
            }
            #expect(error?.code == .timedOut)
            #expect(error?.message.contains("still loading") == true)
            let sum = try await send(
                RedisCommand("GET", "sum"),
                to: fixture.server.ensureRunning(deadline: .seconds(30))
            )
            #expect(sum.int == 12_497_500)
            #expect(redisServers(mentioning: fixture.path).count == 1)
        }
    }
}
