import EmbeddedRedis
import Glibc
import RedisClient
import TestSupport
import Testing

@Suite struct FirstUseTests {
    @Test func firstUseStartsAServerAndLaterUseFindsIt() async throws {
        try await EmbeddedFixture.with { fixture in
            guard case .stopped = await fixture.server.status() else {
                Issue.record("status started something")
                return
            }
            #expect(!exists(fixture.path))
            #expect(try await fixture.server.start() == .started)
            let first = try await fixture.info().processID
            #expect(try await fixture.server.start() == .alreadyRunning)
            let configuration = try await fixture.server.ensureRunning()
            #expect(try await fixture.info().processID == first)
            #expect(configuration.address == .unix(path: fixture.path + "/redis.sock"))
            #expect(try await send(RedisCommand("PING"), to: configuration) == .simple("PONG"))
        }
    }

    @Test(arguments: [
        ("appendonly", "yes"), ("appendfsync", "everysec"), ("save", ""), ("maxmemory-policy", "noeviction"),
        ("hz", "100"), ("hash-max-listpack-value", "1024"), ("hash-max-listpack-entries", "128"), ("port", "0"),
        ("enable-debug-command", "no"), ("aof-load-truncated", "yes"),
    ])
    func serverRunsWith(_ setting: String, _ value: String) async throws {
        let server = try await SharedSettings.server()
        let reply = try await send(RedisCommand("CONFIG", "GET", setting), to: server.configuration)
        #expect(reply.array?.map(\.string) == [setting, value])
    }

    @Test func onlyTheOwnerCanReachAnything() async throws {
        try await EmbeddedFixture.with(subfolder: "a/b") { fixture in
            try await fixture.send(RedisCommand("SET", "k", "v"))
            #expect(permissions(of: fixture.folder.path + "/a") == 0o700)
            #expect(permissions(of: fixture.path) == 0o700)
            #expect(permissions(of: fixture.path + "/redis.sock") == 0o700)
            for file in ["redis.conf", "redis.log", "redis.lock", "redis.pid"] {
                #expect(permissions(of: fixture.path + "/" + file) & 0o077 == 0, "\(file)")
            }
            #expect(permissions(of: fixture.path + "/appendonlydir") & 0o077 == 0)
        }
    }

    @Test func serverInheritsNothingButItsLock() async throws {
        try await EmbeddedFixture.with { fixture in
            // As a shell does with `queuectl 7<file`: open, and not closed on exec.
            let leaked = open("/proc/self/status", O_RDONLY)
            defer { close(leaked) }
            try await fixture.server.start()
            let info = try await fixture.info()
            let pid = info.processID
            for number in 0...2 { #expect(linkTarget("/proc/\(pid)/fd/\(number)") == "/dev/null") }
            #expect(linkTarget("/proc/\(pid)/fd/3") == fixture.path + "/redis.lock")
            for number in 4..<64 {
                #expect(linkTarget("/proc/\(pid)/fd/\(number)")?.hasSuffix("/status") != true)
            }
            #expect(linkTarget("/proc/\(pid)/cwd") == fixture.path)
            #expect(getsid(pid) != getsid(0))
            let terminal = contents(of: "/proc/\(pid)/stat")?.split(separator: ")").last?.split(separator: " ")[4]
            #expect(terminal == "0")
            #expect(contents(of: "/proc/\(pid)/environ")?.contains("HOME=") == false)
        }
    }

    @Test func serverOutlivesTheProcessThatStartedIt() async throws {
        try await EmbeddedFixture.with { fixture async throws in
            await #expect(processExitsWith: .success) { [path = fixture.path as String] in
                try await EmbeddedServer(dataDirectory: path).ensureRunning()
            }
            let before = redisServers(mentioning: fixture.path)
            #expect(before.count == 1)
            #expect(try await fixture.server.start() == .alreadyRunning)
            #expect(redisServers(mentioning: fixture.path) == before)
        }
    }
}

/// One temporary server for the table of settings: it runs with the same file, and dies with the tests.
private enum SharedSettings {
    static let starting = Task { try await EmbeddedServer.temporary(environment: testEnvironment()) }

    static func server() async throws -> TemporaryServer { try await starting.value }
}
