import RedisClient
import TestSupport
import Testing

@Suite struct ScriptTests {
    let server: RedisServer
    let redis: RedisConnection
    let script = RedisScript(name: "pair", source: "#!lua\nreturn {KEYS[1], ARGV[1]}")

    init() throws {
        server = try RedisServer()
        redis = server.connection()
    }

    private func runs() async throws -> Bool {
        try await redis.run(script, keys: ["k"], arguments: ["a"]) == .array([.bulk([0x6B]), .bulk([0x61])])
    }

    private func calls(_ command: String) async throws -> Int {
        let stats = try await redis.send(RedisCommand("INFO", "commandstats")).string ?? ""
        let line = stats.split(whereSeparator: \.isNewline).first { $0.hasPrefix("cmdstat_\(command):") }
        return line?.split(separator: "=")[1].split(separator: ",").first.flatMap { Int($0) } ?? 0
    }

    @Test func theSourceIsSentOnceAndTheDigestAfterwards() async throws {
        for _ in 0..<5 { #expect(try await runs()) }
        #expect(try await calls("eval") == 1)
        #expect(try await calls("script|load") == 1)
        #expect(try await calls("evalsha") == 4)
    }

    @Test func aScriptRunsAgainAfterTheServerForgotIt() async throws {
        for _ in 0..<3 {
            #expect(try await runs())
            _ = try await redis.send(RedisCommand("SCRIPT", "FLUSH"))
        }
    }

    @Test func aScriptRunsAgainAfterTheServerRestarted() async throws {
        #expect(try await runs())
        try server.restart()
        try await waitUntil("the loss is noticed") { !redis.isConnected }
        #expect(try await runs())
    }

    @Test func aScriptThatMayNotBeLoadedRunsFromItsSource() async throws {
        _ = try await redis.send(RedisCommand("ACL", "SETUSER", "default", "-script"))
        for _ in 0..<3 { #expect(try await runs()) }
        #expect(try await calls("eval") == 3)
    }

    @Test func anErrorNamesTheScript() async throws {
        let broken = RedisScript(
            name: "claim",
            source: "#!lua\nredis.call('SET', 'k', 'x')\nreturn redis.call('INCR', 'k')"
        )
        for _ in 0..<2 {
            let error = try await #require(throws: RedisError.self) { try await redis.run(broken, keys: ["k"]) }
            #expect(error.code == .reply)
            #expect(error.command == "script claim")
            #expect(error.mayHaveRun)
            #expect("\(error)".contains("script claim") && "\(error)".contains("not an integer"))
        }
    }

    @Test func aScriptThatDoesNotCompileIsAnError() async throws {
        let broken = RedisScript(name: "typo", source: "#!lua\nreturn (")
        let error = try await #require(throws: RedisError.self) { try await redis.run(broken, keys: []) }
        #expect(error.reply?.message.contains("Error compiling script") == true)
    }

    @Test func scriptsOfOneNameAreToldApartByTheirSource() async throws {
        let one = RedisScript(name: "n", source: "#!lua\nreturn 1")
        let two = RedisScript(name: "n", source: "#!lua\nreturn 2")
        for _ in 0..<2 {
            #expect(try await redis.run(one, keys: []) == .integer(1))
            #expect(try await redis.run(two, keys: []) == .integer(2))
        }
    }
}
