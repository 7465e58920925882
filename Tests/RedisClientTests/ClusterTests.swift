import RedisClient
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(3))) struct ClusterTests {
    private let script = RedisScript(
        name: "swap",
        source: "#!lua\nredis.call('SET', KEYS[1], ARGV[1])\nreturn redis.call('INCR', KEYS[2])"
    )

    /// Some keys of each third of the slots.
    private let keys = ["foo", "bar", "hello", "{a}1", "{b}1", "{c}1", "queue", "x", "y", "z"]

    @Test func oneNodeIsEnoughToReachAll() async throws {
        let cluster = try await RedisCluster()
        let redis = RedisConnection(cluster.primaries[0].configuration)
        var owners: Set<Int> = []
        for key in keys {
            #expect(try await redis.send(RedisCommand("SET", key, "v-\(key)")) == .simple("OK"))
            owners.insert(cluster.owner(of: try await cluster.slot(of: key)))
        }
        #expect(owners == [0, 1, 2])
        // Read together, they come in their order.
        let commands = keys.map { RedisCommand("GET", $0) }
        #expect(try await redis.pipeline(commands).map(\.string) == keys.map { "v-\($0)" })
        // Each node learns the script when it first needs it.
        for round in 1...3 {
            for tag in ["{foo}", "{bar}", "{queue}"] {
                let reply = try await redis.run(script, keys: ["\(tag)v", "\(tag)n"], arguments: ["x"])
                #expect(reply == .integer(Int64(round)))
            }
        }
        for node in cluster.primaries {
            let stats = try await node.admin.send(RedisCommand("INFO", "commandstats")).string ?? ""
            let evals = stats.split(separator: "\r\n").first { $0.hasPrefix("cmdstat_eval:") } ?? ""
            #expect(evals.hasPrefix("cmdstat_eval:calls=1,") || evals.isEmpty, "\(evals)")
        }
        // Whoever shares the configuration knows the way already, and so does one that blocks.
        let second = RedisConnection(redis.configuration)
        let blocked = Task {
            try await second.sendBlocking(RedisCommand("BLPOP", "list{bar}", "20"), blockFor: .seconds(20))
        }
        _ = try await redis.send(RedisCommand("RPUSH", "list{bar}", "x"))
        #expect(try await blocked.value.array?.last?.string == "x")
        let error = try await #require(throws: RedisError.self) {
            try await redis.send(RedisCommand("DEL", "foo", "bar"))
        }
        #expect(error.reply?.kind == .crossSlot)
    }

    @Test func aThreadThatWaitsIsSentOnAsWell() async throws {
        let cluster = try await RedisCluster()
        let redis = RedisConnection(cluster.primaries[2].configuration)
        let (keys, script) = (keys, script)
        try await Task.detached {
            for key in keys { #expect(try redis.sendAndWait(RedisCommand("SET", key, key)) == .simple("OK")) }
            let replies = try redis.pipelineAndWait(keys.map { RedisCommand("GET", $0) })
            #expect(replies.map(\.string) == keys)
            for tag in ["{foo}", "{bar}"] {
                #expect(try redis.runAndWait(script, keys: [tag + "v", tag + "n"], arguments: ["x"]) == .integer(1))
            }
        }.value
    }

    @Test func aSlotMayMoveWhileItIsUsed() async throws {
        let cluster = try await RedisCluster()
        let (source, target) = (cluster.primaries[2], cluster.primaries[0])
        let slot = try await cluster.slot(of: "{foo}")
        #expect(cluster.owner(of: slot) == 2)
        let redis = RedisConnection(cluster.primaries[1].configuration)
        let names = ["{foo}v", "{foo}n", "{foo}absent"]
        _ = try await redis.run(script, keys: names, arguments: ["x"])
        let blocking = RedisConnection(redis.configuration)
        let blocked = Task {
            try await blocking.sendBlocking(RedisCommand("BLPOP", "{foo}list", "30"), blockFor: .seconds(30))
        }
        try await waitUntil("it blocks") {
            try await source.admin.send(RedisCommand("INFO", "clients")).string?.contains("blocked_clients:1") == true
        }

        try await cluster.beginMove(slot, from: source, to: target)
        // Single keys are found wherever they are, whether they have moved or are new.
        #expect(try await redis.send(RedisCommand("GET", "{foo}n")).string == "1")
        _ = try await redis.send(RedisCommand("SET", "{foo}new", "1"))
        #expect(
            try await target.admin.pipeline([RedisCommand("ASKING"), RedisCommand("GET", "{foo}new")])[1].string == "1"
        )
        // A script that names a key which does not exist runs on neither node.
        for moved in [false, true] {
            if moved { #expect(try await cluster.moveKeys(of: slot, atMost: 1, from: source, to: target)) }
            let error = try await #require(throws: RedisError.self) {
                try await redis.run(script, keys: names, arguments: ["y"], timeout: .milliseconds(500))
            }
            #expect(error.reply?.kind == .tryAgain, "\(error)")
            #expect(error.reply?.message.hasPrefix("TRYAGAIN") == true)
        }
        let waits = Task { try await redis.run(script, keys: names, arguments: ["z"], timeout: .seconds(30)) }
        while try await cluster.moveKeys(of: slot, atMost: 1, from: source, to: target) {}
        try await cluster.endMove(slot, from: source, to: target)
        #expect(try await waits.value == .integer(2))
        #expect(try await redis.send(RedisCommand("GET", "{foo}v")).string == "z")
        // The one that was blocked was told, and blocks at the other node now.
        _ = try await redis.send(RedisCommand("RPUSH", "{foo}list", "late"))
        #expect(try await blocked.value.array?.last?.string == "late")
    }

    @Test func aReplicaTakesOverAndIsFound() async throws {
        let cluster = try await RedisCluster(replicas: true)
        // The very node that the address names.
        let redis = RedisConnection(cluster.primaries[2].configuration)
        let subscription = try RedisSubscription(redis.configuration, channels: ["news"])
        var events = subscription.messages.makeAsyncIterator()
        #expect(await events.next() == .subscribed)
        for key in keys { _ = try await redis.send(RedisCommand("SET", key, key)) }
        // It has never been sent on to another node.
        let homely = RedisConnection(cluster.primaries[2].configuration)
        _ = try await homely.send(RedisCommand("GET", "foo"))
        // Without a key it goes to the node of the address, over the connection that has written there.
        _ = try await redis.send(RedisCommand("WAIT", "1", "5000"))
        cluster.primaries[2].server.kill9()
        let killed = ContinuousClock.now
        try await waitUntil("the replica has taken over", within: .seconds(40)) {
            (try? await redis.send(RedisCommand("SET", "foo", "again"))) != nil
        }
        print("a command was answered \(ContinuousClock.now - killed) after the death of its node")
        #expect(
            try await redis.pipeline(keys.map { RedisCommand("GET", $0) }).dropFirst().map(\.string)
                == Array(keys[1...])
        )
        #expect(try await homely.send(RedisCommand("GET", "foo")).string == "again")
        #expect(try await redis.send(RedisCommand("PING")) == .simple("PONG"))
        #expect(await events.next() == .subscribed)
        _ = try await redis.send(RedisCommand("PUBLISH", "news", "x"))
        #expect(await events.next() == .message(channel: "news", payload: [0x78]))
    }

    @Test func closingEndsTheConnectionsToAllNodes() async throws {
        let cluster = try await RedisCluster()
        let redis = RedisConnection(cluster.primaries[0].configuration)
        for key in keys { _ = try await redis.send(RedisCommand("SET", key, key)) }
        redis.close()
        for node in cluster.primaries {
            try await waitUntil("only the admin is there") {
                let info = try await node.admin.send(RedisCommand("INFO", "clients")).string ?? ""
                return info.contains("connected_clients:1\r")
            }
        }
        let error = try await #require(throws: RedisError.self) { try await redis.send(RedisCommand("GET", "foo")) }
        #expect(error.code == .closed)
    }
}
