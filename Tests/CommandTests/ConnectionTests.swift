import QueueKit
import RedisClient
import TestSupport
import TestTraits
import Testing

/// Finding Redis, and what it says.
@Suite struct ConnectionTests {
    private func call(_ arguments: [String], _ environment: [String: String?]) async throws -> Outcome {
        try await Bench().run(arguments, environment: environment)
    }

    @Test(.fault(.redisAbsentAtTheStart)) func serverThatIsNotThereIsNamed() async throws {
        let outcome = try await call(["status"], ["REDIS_URL": "redis://127.0.0.1:1"])
        #expect(outcome.status == 69 && outcome.out == "")
        #expect(
            outcome.err == """
                queuectl: Cannot read the configuration: Cannot reach Redis at 127.0.0.1:1: Connection refused. \
                Is it running? Another address: --redis or QUEUECTL_REDIS_URL

                """
        )
    }

    @Test(
        arguments: [
            (["--redis", "redis://127.0.0.1:1"], [:], "127.0.0.1:1"),
            ([], ["QUEUECTL_REDIS_URL": "redis://127.0.0.1:2"], "127.0.0.1:2"),
            ([], ["REDIS_URL": "redis://127.0.0.1:3", "QUEUECTL_REDIS_URL": ""], "127.0.0.1:3"),
        ] as [([String], [String: String], String)]
    )
    func flagComesBeforeVariables(flags: [String], environment: [String: String], address: String) async throws {
        let outcome = try await call(["list"] + flags, environment)
        #expect(outcome.status == 69 && outcome.err.contains("Redis at \(address):"))
    }

    @Test func optionsMayStandBeforeTheCommand() async throws {
        let bench = try Bench()
        try await bench.add("job1")
        let outcome = try await bench.run(
            ["--redis", bench.url, "--namespace=\(bench.namespace)", "-q", "jobs", "list"],
            environment: ["REDIS_URL": nil, "QUEUECTL_NAMESPACE": nil]
        )
        #expect(outcome.out == "job1\n" && outcome.err == "")
    }

    @Test func passwordsAndRightsAreNamedButNeverShown() async throws {
        let server = try RedisServer(
            .init(configuration: [
                "requirepass hush-hush", "user viewer on >let-me-see ~* &* +@read +@connection +time",
            ])
        )
        let bench = try Bench(server: server)
        let socket = "\(server.folder.path)/redis.sock"
        let none = try await bench.run("enqueue", "--command", "x")
        #expect(none.status == 4 && none.err.contains("NOAUTH") && none.err.contains("Give a password"))
        let wrong = try await bench.run("status", "--redis", "unix://:guess-it@\(socket)")
        #expect(wrong.status == 4 && wrong.err.contains("WRONGPASS") && !wrong.err.contains("guess-it"))
        let viewer = try await bench.run("enqueue", "--command", "x", "--redis", "unix://viewer:let-me-see@\(socket)")
        #expect(viewer.status == 4 && viewer.err.contains("NOPERM") && viewer.err.contains("'sadd'"))
        #expect(!viewer.err.contains("let-me-see"))
        let right = try await bench.run("status", "--redis", "unix://:hush-hush@\(socket)")
        #expect(right.status == 0 && right.out.hasPrefix("Redis unix://:***@") && !right.out.contains("hush-hush"))
    }

    @Test(.fault(.redisOutOfMemory)) func fullRedisRefusesForNow() async throws {
        let server = try RedisServer()
        let bench = try Bench(server: server)
        _ = try await bench.directory.register([.default])
        _ = try await bench.redis.send(RedisCommand("CONFIG", "SET", "maxmemory", "1"))
        let outcome = try await bench.run("enqueue", "--command", "x")
        #expect(outcome.status == 75 && outcome.out == "" && outcome.err.contains("OOM"))
        #expect(outcome.err.hasSuffix("Redis is out of memory: raise maxmemory, or let workers drain it\n"))
    }

    @Test func badNamespaceInTheEnvironmentIsConfiguration() async throws {
        let outcome = try await call(["status"], ["QUEUECTL_NAMESPACE": "a b"])
        #expect(outcome.status == 78)
        #expect(
            outcome.err
                == "queuectl: QUEUECTL_NAMESPACE: \"a b\" is not a namespace; give 1...64 letters, digits, _ . or -\n"
        )
    }

    @Test func withoutAURLTheEmbeddedServerIsStartedAndUsed() async throws {
        let bench = try Bench()
        let environment: [String: String?] = ["REDIS_URL": "", "QUEUECTL_DATA_DIR": bench.folder.path + "/data"]
        func run(_ arguments: String...) async throws -> Outcome {
            try await bench.run(arguments, environment: environment)
        }
        #expect(try await run("server", "status").out.hasPrefix("state           stopped;"))
        #expect(
            try await bench.run("server", "status").out.hasSuffix("in use          no: REDIS_URL names another Redis\n")
        )
        #expect(try await run("enqueue", "--id", "first", "--command", "x").out == "first\n")
        let status = try await run("server", "status", "--json").out.json()
        #expect(status["state"] == .string("running") && status["append_only_file"] == .string("ok"))
        #expect(try await run("server", "start").out == "It runs already.\n")
        #expect(try await run("server", "stop").out.hasPrefix("stopped (it was process "))
        #expect(try await run("server", "stop").out == "It does not run.\n")
        #expect(try await run("list", "-q").out == "first\n")
        #expect(try await run("server", "stop", "--json").out == #"{"result":"stopped"}"# + "\n")
    }
}
