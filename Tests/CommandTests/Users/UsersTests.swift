import QueueKit
import RedisClient
import TestSupport
import Testing

/// What each user of `deploy/redis-users.acl` may do on a real server, and what it may not.
@Suite struct UsersTests {
    @Test func aCopyOfTheFileLetsNobodyIn() async throws {
        let server = try UsersFile.server(UsersFile().text)
        let names = try UsersFile().text.split(separator: "\n").map { String($0.split(separator: " ")[1]) }
        #expect(names == ["default", "admin", "producer", "push-only", "worker", "viewer"])
        let open = server.connection()
        await #expect(throws: RedisError.self) { try await open.send(RedisCommand("PING")) }
        for name in names {
            for password in ["", name, "password", "CHANGE-ME"] {
                var configuration = server.configuration
                configuration.username = name
                configuration.password = password
                let redis = RedisConnection(configuration)
                let error = await #expect(throws: RedisError.self) { try await redis.send(RedisCommand("PING")) }
                #expect(error?.reply?.kind == .wrongPass, "\(name): \(String(describing: error))")
            }
        }
    }

    @Test(arguments: UserRole.allCases)
    func doctorFindsThatEachHasTheRightsOfItsRole(role: UserRole) async throws {
        let bench = try UsersFile.bench()
        let missing = try #require(
            try await QueueDirectory(namespace: "queuectl", redis: bench.connection(as: role.rawValue))
                .missingRights(for: role, in: [.default, QueueName("mail")])
        )
        #expect(missing == [])
    }

    @Test func theProducerAddsJobsAndFollowsThem() async throws {
        let bench = try UsersFile.bench()
        for line in [
            "enqueue --id a --command true", "enqueue --id b --delay 1h --priority 9 --queue mail -- true",
            "show a", "list", "list --state pending", "status", "queue list",
        ] {
            let words = line.split(separator: " ").map(String.init)
            let outcome = try await bench.run(words, environment: ["REDIS_URL": bench.url(as: "producer")])
            #expect(outcome.status == 0 && outcome.err == "", "\(line): \(outcome)")
        }
        #expect(try await bench.job("b", in: bench.directory.queue(QueueName("mail"))).state == .scheduled)
        #expect(try await bench.run("doctor", "-q").out == "no_workers\n")
    }

    @Test func theProducerSigns() async throws {
        let bench = try UsersFile.bench()
        try bench.writeSigningKeys()
        let added = try await bench.run(as: "producer", "enqueue", "--id", "a", "--signing-keys", "keys", "--", "true")
        #expect(added.status == 0, "\(added)")
        let verifying = ["worker", "start", "--drain", "--signing-keys", "keys", "--require-signature"]
        #expect(try await bench.run(verifying, environment: ["REDIS_URL": bench.url(as: "worker")]).status == 0)
        #expect(try await bench.job("a").state == .completed)
        // One who may not remember ids adds unsigned jobs as before, and no signed ones.
        _ = try await bench.redis.send(RedisCommand("ACL", "SETUSER", "producer", "resetkeys", "~queuectl:{*}:job:*"))
        let keys = ["meta", "counts", "incoming", "scheduled", "stale", "pending:*", "request:*"].map {
            "~queuectl:{*}:\($0)"
        }
        for pattern in keys + ["~queuectl:queues", "%R~queuectl:*"] {
            _ = try await bench.redis.send(RedisCommand("ACL", "SETUSER", "producer", pattern))
        }
        #expect(try await bench.run(as: "producer", "enqueue", "--", "true").status == 0)
        try await bench.forbids("producer", [("enqueue --signing-keys keys -- true", "queuectl:{default}:signed")])
    }

    /// As of an ACL file that was written by hand before jobs were signed.
    @Test func whoMayNotRememberIDsSteersWhatIsNotSigned() async throws {
        let bench = try UsersFile.bench()
        try bench.writeSigningKeys()
        try await bench.add("d", in: .dead)
        for id in ["a", "b"] { try await bench.add(id) }
        let signing: [String: String?] = ["QUEUECTL_SIGNING_KEYS": "keys"]
        #expect(try await bench.run(["enqueue", "--id", "s", "--", "true"], environment: signing).status == 0)
        let envelope = try await bench.run(["sign", "--id", "t", "--", "true"], environment: signing).out
        let rejected = bench.queue.keys.prefix + "rejected"
        for (id, raw) in [("5-0", #"{"id":"u","command":"true"}"#), ("6-0", envelope)] {
            let entry = RedisCommand("XADD", rejected, id, "reason", "x", "raw", raw, "length", "\(raw.utf8.count)")
            _ = try await bench.redis.send(entry)
        }
        let keys = [
            "meta", "counts", "incoming", "suspects", "scheduled", "failed", "processing", "dlq", "rejected",
            "completed",
            "cancelled", "stale", "elsewhere", "pending:*", "job:*", "attempts:*", "log:*", "request:*", "reply:*",
        ].map { "~queuectl:{*}:\($0)" }
        var narrow = RedisCommand("ACL", "SETUSER", "admin", "resetkeys", "%R~queuectl:*", "~queuectl:queues")
        for key in keys + ["(~queuectl:{*}:* -@all +eval +evalsha)"] { narrow.append(key) }
        _ = try await bench.redis.send(narrow)
        for line in [
            "edit a --priority 9", "edit s --priority 9", "cancel a", "dlq retry d", "delete b", "rejected retry 5-0",
        ] {
            let words = line.split(separator: " ").map(String.init)
            let outcome = try await bench.run(words, environment: ["REDIS_URL": bench.url(as: "admin")])
            #expect(outcome.status == 0, "\(line): \(outcome)")
        }
        let right = "queuectl:{default}:signed"
        try await bench.forbids(
            "admin",
            [("edit s --priority 8 --signing-keys keys", right), ("rejected retry 6-0", right)]
        )
    }

    @Test func theProducerCallsTheFunctionThatTheAdminInstalls() async throws {
        let bench = try UsersFile.bench()
        #expect(try await bench.run(as: "admin", "install-functions").status == 0)
        var call = RedisCommand("FCALL", "queuectl_enqueue", "1", bench.queue.keys.incoming)
        call.append(#"{"id":"a","command":"true","reply_to":"me"}"#)
        #expect(try await bench.connection(as: "producer").send(call).string == "a")
        #expect(try await bench.run(as: "worker", "worker", "start", "--drain").status == 0)
        #expect(try await bench.job("a").state == .completed)
        for user in ["push-only", "viewer"] {
            let refusal = await #expect(throws: RedisError.self) { try await bench.connection(as: user).send(call) }
            #expect(refusal?.reply?.kind == .noPermission)
        }
    }

    @Test func theProducerSteersNothing() async throws {
        let bench = try UsersFile.bench()
        try await bench.add("p")
        try await bench.add("d", in: .dead)
        let keys = "keys like 'queuectl:{default}:failed'"
        try await bench.forbids(
            "producer",
            [
                ("cancel p", keys), ("delete p", keys), ("dlq retry d", keys), ("dlq purge --yes", keys),
                ("edit p --priority 9", keys), ("queue pause default", keys),
                ("enqueue --id d --replace --command x", keys),
                ("config set max-retries 5", "HSET"), ("worker start --drain", "may not run DEL"),
            ]
        )
    }

    @Test func theOneThatPushesDoesNothingElse() async throws {
        let bench = try UsersFile.bench()
        try await bench.add("a")
        let redis = bench.connection(as: "push-only")
        let incoming = bench.queue.keys.incoming
        #expect(try await redis.send(RedisCommand("LPUSH", incoming, #"{"id":"b","command":"true"}"#)).int == 2)
        let before = try await bench.keyspace()
        let keys = bench.queue.keys
        for command in [
            RedisCommand("LRANGE", incoming, "0", "-1"), RedisCommand("LPOP", incoming),
            RedisCommand("LPUSH", keys.dlq, "x"), RedisCommand("LPUSH", keys.pending(5), "x"),
            RedisCommand("HSET", keys.meta, "paused", "1"), RedisCommand("HGETALL", try keys.job(JobID("a"))),
            RedisCommand("EVAL", "return 1", "0"), RedisCommand("KEYS", "*"), RedisCommand("FLUSHALL"),
            RedisCommand("CONFIG", "GET", "*"), RedisCommand("SUBSCRIBE", keys.events),
            RedisCommand("PUBLISH", keys.events, "x"),
        ] {
            let reply = try await redis.pipeline([command])[0]
            #expect(reply.error?.kind == .noPermission, "\(command): \(reply)")
        }
        try await bench.forbids(
            "push-only",
            [("enqueue --command true", "SADD"), ("list", "SMEMBERS"), ("status", "HGETALL")]
        )
        #expect(try await bench.keyspace() == before)
    }

    @Test func theWorkerRunsWhatOthersAdd() async throws {
        let bench = try UsersFile.bench()
        let pusher = bench.connection(as: "push-only")
        let producer = ["REDIS_URL": bench.url(as: "producer")] as [String: String?]
        try await bench.run(["config", "set", "backoff-base", "1"], environment: ["REDIS_URL": bench.url(as: "admin")])
        let script = "echo out; queuectl job progress 40; queuectl job result 7; exit 3"
        for words in [
            ["enqueue", "--id", "good", "--command", "echo hello"],
            ["enqueue", "--id", "bad", "--max-retries", "1", "--command", script],
            ["enqueue", "--id", "slow", "--timeout", "100ms", "--max-retries", "0", "--", "sleep", "60"],
        ] {
            #expect(try await bench.run(words, environment: producer).status == 0)
        }
        _ = try await pusher.send(
            RedisCommand(
                "LPUSH",
                bench.queue.keys.incoming,
                #"{"id":"pushed","command":"true","reply_to":"r"}"#,
                "nonsense"
            )
        )
        let worker = try await bench.run(as: "worker", "worker", "start", "--count", "2", "--max-idle", "2s")
        #expect(worker.status == 0 && !worker.out.contains("NOPERM"), "\(worker)")
        for (id, state) in [("good", .completed), ("pushed", .completed), ("bad", .dead), ("slow", .dead)]
            as [(String, JobState)]
        {
            #expect(try await bench.job(id).state == state, "\(id): \(worker.out)")
        }
        #expect(try await bench.job("bad").run == 2)
        #expect(try await bench.run(as: "producer", "logs", "good").out == "hello\n")
        #expect(try await bench.run(as: "viewer", "rejected", "list", "-q").lines.count == 1)
        #expect(try await bench.redis.send(RedisCommand("LLEN", bench.queue.keys.reply("r"))).int == 1)
        #expect(try await bench.run("doctor", "-q").out == "rejected_pushes\ndead_jobs\n")
        try await bench.forbids("worker", [("config set max-retries 5", "HSET")])
    }

    @Test func aWorkerWithoutTheRightsSaysSoAndDoesNotBegin() async throws {
        let bench = try UsersFile.bench()
        try await bench.add("a")
        let fix = "queuectl: Cannot start a worker: the user viewer may not run UNLINK, and lacks"
        try await bench.forbids("viewer", [("worker start --drain", fix), ("worker start --detach", fix)])
        _ = try await bench.redis.send(RedisCommand("ACL", "SETUSER", "worker", "-lmpop"))
        let message = "the user worker may not run LMPOP. Fix: ACL SETUSER worker +lmpop\n"
        try await bench.forbids("worker", [("worker start --drain", message)])
        let keysOfWorkers = ["~queuectl:queues", "~queuectl:worker:*", "~queuectl:config"]
        var narrow = RedisCommand("ACL", "SETUSER", "worker", "+lmpop", "resetkeys", "~queuectl:{*}:m*")
        for rule in keysOfWorkers { narrow.append(rule) }
        _ = try await bench.redis.send(narrow)
        let keys = "the user worker may not use keys like queuectl:{default}:*, and lacks 1 right more"
        try await bench.forbids("worker", [("worker start --drain", keys)])
        #expect(try await bench.job("a").state == .pending)
    }

    @Test func theViewerSeesEverythingAndChangesNothing() async throws {
        let bench = try UsersFile.bench()
        try await bench.add("d", in: .dead)
        try await bench.add("p")
        _ = try await bench.redis.send(RedisCommand("XADD", bench.queue.keys.rejected, "*", "reason", "x"))
        for line in [
            "status", "list", "list --state dead", "list --tag x", "show d", "logs d", "dlq list", "dlq show d",
            "queue list",
            "worker list", "rejected list", "config list",
        ] {
            let words = line.split(separator: " ").map(String.init)
            let outcome = try await bench.run(words, environment: ["REDIS_URL": bench.url(as: "viewer")])
            #expect(outcome.status == 0 && outcome.err == "", "\(line): \(outcome)")
        }
        #expect(
            try await bench.run(as: "viewer", "doctor", "--role", "viewer", "-q").lines.contains("missing_right")
                == false
        )
        try await bench.forbids(
            "viewer",
            [
                ("enqueue --command true", "SADD"), ("cancel p", "'hdel'"), ("delete p", "'hdel'"),
                ("dlq retry d", "'hdel'"),
                ("dlq purge --yes", "'hdel'"), ("edit p --priority 9", "'hdel'"), ("queue pause default", "'hdel'"),
                ("config set max-retries 5", "HSET"), ("rejected purge --yes", "X"),
            ]
        )
        let redis = bench.connection(as: "viewer")
        let before = try await bench.keyspace()
        let script = RedisCommand("EVAL", "return redis.call('DEL', KEYS[1])", "1", bench.queue.keys.dlq)
        #expect(try await redis.pipeline([script])[0].error != nil)
        // A replica keeps its password for the master among these.
        let settings = RedisCommand("CONFIG", "GET", "masterauth")
        #expect(try await redis.pipeline([settings])[0].error?.kind == .noPermission)
        #expect(try await bench.keyspace() == before)
    }

    @Test func theAdminSteers() async throws {
        let bench = try UsersFile.bench()
        for state in [JobState.dead, .pending, .scheduled, .failed] { try await bench.add("j-\(state)", in: state) }
        try await bench.add("again", in: .completed)
        for line in [
            "enqueue --id new --command true", "enqueue --id again --replace --command true", "cancel j-pending",
            "edit j-scheduled --priority 9", "delete j-failed", "dlq retry j-dead", "queue pause default",
            "queue resume default", "config set max-retries 5", "config unset max-retries", "rejected purge --yes",
            "doctor --fix --role admin -q", "status", "worker list",
        ] {
            let words = line.split(separator: " ").map(String.init)
            let outcome = try await bench.run(words, environment: ["REDIS_URL": bench.url(as: "admin")])
            let isWell = outcome.status == 0 || (outcome.status == 1 && outcome.out == "no_workers\n")
            #expect(isWell && !outcome.err.contains("NOPERM"), "\(line): \(outcome)")
        }
        #expect(try await bench.job("j-dead").state == .pending)
        let redis = bench.connection(as: "admin")
        let kill = try await redis.pipeline([RedisCommand("SCRIPT", "KILL")])[0]
        #expect(kill.error?.message.contains("No scripts in execution") == true, "\(kill)")
        for command in [
            RedisCommand("FLUSHALL"), RedisCommand("CONFIG", "SET", "dir", "/"), RedisCommand("ACL", "LIST"),
            RedisCommand("SET", "other", "x"), RedisCommand("KEYS", "*"),
        ] {
            #expect(try await redis.pipeline([command])[0].error?.kind == .noPermission, "\(command)")
        }
    }
}

extension Bench {
    /// A connection of one of the users.
    fileprivate func connection(as user: String) -> RedisConnection {
        var configuration = server.configuration
        configuration.username = user
        configuration.password = user
        return RedisConnection(configuration)
    }
}
