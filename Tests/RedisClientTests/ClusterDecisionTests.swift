import Testing

@testable import RedisClient

/// What is decided about a cluster without asking a node.
@Suite struct ClusterDecisionTests {
    let home = RedisAddress.tcp(host: "h", port: 1)
    let other = RedisAddress.tcp(host: "o", port: 2)

    private func error(_ line: String) -> RESPValue { .error(RedisReplyError(message: line)) }

    /// What a journey wants, in words.
    private func words(_ step: Journey.Step) -> String {
        switch step {
        case .send(let places, let node, let asking): "\(places) to \(node)\(asking ? ", asking" : "")"
        case .pause: "pause"
        case .done(let replies):
            "done: " + replies.map { $0.string ?? $0.error?.message ?? "?" }.joined(separator: ", ")
        case .fail(let error): "\(error)"
        }
    }

    @Test(
        arguments: [
            ("123456789", 12739), ("foo", 12182), ("foo{hash_tag}", 2515), ("{user1000}.following", 3443),
            ("foo{}{bar}", 8363),
            ("foo{{bar}}zap", 4015), ("foo{bar}{zap}", 5061), ("", 0),
        ] as [(String, Int)]
    )
    func aKeyHasTheSlotThatRedisGivesIt(_ key: String, _ slot: Int) {
        #expect(HashSlot.of(Array(key.utf8)[...]) == slot)
    }

    @Test func commandsAreRoutedByTheirFirstKey() {
        let slot = 12182
        for command in [
            RedisCommand("GET", "foo"), RedisCommand("hset", "foo", "f", "v"),
            RedisCommand("BLMOVE", "foo", "b", "LEFT"),
            RedisCommand("EVALSHA", "digest", "2", "foo", "bar", "x"), RedisCommand("EVAL", "return 1", "1", "foo"),
            RedisCommand("XREAD", "COUNT", "1", "BLOCK", "0", "streams", "foo", "0-0"),
            RedisCommand("SCAN", "0", "MATCH", "x:{foo}:*", "COUNT", "10"), RedisCommand("LMPOP", "1", "foo", "LEFT"),
            RedisCommand("BLMPOP", "0", "1", "foo", "LEFT"), RedisCommand("MEMORY", "USAGE", "foo"),
        ] {
            #expect(command.slot == slot, "\(command)")
        }
        for command in [
            RedisCommand("PING"), RedisCommand("PUBLISH", "foo", "x"), RedisCommand("SCRIPT", "LOAD", "return 1"),
            RedisCommand("EVAL", "return 1", "0", "foo"), RedisCommand("SCAN", "0"), RedisCommand("XREAD", "STREAMS"),
        ] {
            #expect(command.slot == nil, "\(command)")
        }
    }

    @Test(
        arguments: [
            ("MOVED 3999 10.0.0.2:6381", "10.0.0.2:6381"), ("ASK 3999 10.0.0.2:6381", "10.0.0.2:6381"),
            ("MOVED 3999 :6381", "h:6381"), ("MOVED 3999 ::1:6381", "[::1]:6381"),
            ("MOVED 3999 node.example:1", "node.example:1"),
            ("MOVED 3999", nil), ("MOVED 16384 h:1", nil), ("MOVED -1 h:1", nil), ("MOVED 3999 h:0", nil),
            ("MOVED 3999 h:65536", nil), ("MOVED 3999 h", nil), ("MOVED x h:1", nil), ("ERR MOVED 3999 h:1", nil),
        ] as [(String, String?)]
    )
    func aRedirectionNamesANode(_ line: String, _ node: String?) {
        let redirection = Redirection(RedisReplyError(message: line))
        #expect(redirection?.node(from: home).description == node)
    }

    @Test func aRequestIsFollowedUntilEachOfItsCommandsHasItsAnswer() {
        var map = ClusterMap()
        var journey = Journey(
            [RedisCommand("GET", "foo"), RedisCommand("GET", "bar"), RedisCommand("PING")],
            home: home
        )
        #expect(words(journey.next(map)) == "[0, 1, 2] to h:1")
        let replies = [error("MOVED 12182 o:2"), .simple("bar's"), .simple("PONG")]
        let learned = journey.take(replies, of: [0, 1, 2], from: home)
        #expect(learned == [12182: other])
        for (slot, node) in learned { map.learn(slot, isAt: node) }
        #expect(words(journey.next(map)) == "[0] to o:2")
        #expect(journey.take([error("ASK 12182 h:1")], of: [0], from: other).isEmpty)
        #expect(words(journey.next(map)) == "[0] to h:1, asking")
        _ = journey.take([error("TRYAGAIN Multiple keys request during rehashing of slot")], of: [0], from: home)
        #expect(words(journey.next(map)) == "pause")
        #expect(journey.endNow()?.first?.error?.kind == .tryAgain)
        #expect(words(journey.next(map)) == "[0] to o:2")
        _ = journey.take([.simple("foo's")], of: [0], from: other)
        #expect(words(journey.next(map)) == "done: foo's, bar's, PONG")
    }

    @Test func whatAScriptSaysHalfWayIsNotSentAgain() {
        for line in ["ERR Script attempted to access a non local key in a cluster node", "ERR x", "MOVED", "LOADING x"]
        {
            #expect(!Journey.isStation(error(line)))
        }
    }

    @Test func aTransactionGoesToOneNodeAndIsNotFollowed() {
        var map = ClusterMap()
        map.learn(12182, isAt: other)
        var journey = Journey(
            [RedisCommand("MULTI"), RedisCommand("SET", "bar", "1"), RedisCommand("DISCARD")],
            home: home
        )
        #expect(words(journey.next(map)) == "[0, 1, 2] to h:1")
        _ = journey.take([.simple("OK"), error("MOVED 5061 o:2"), .simple("OK")], of: [0, 1, 2], from: home)
        #expect(words(journey.next(map)) == "done: OK, MOVED 5061 o:2, OK")
    }

    @Test func aCommandWithoutAKeyGoesWithTheOneBeforeIt() {
        var map = ClusterMap()
        map.learn(12182, isAt: other)
        var journey = Journey([RedisCommand("EVAL", "x", "1", "foo"), RedisCommand("SCRIPT", "LOAD", "x")], home: home)
        #expect(words(journey.next(map)) == "[0, 1] to o:2")
    }

    @Test func anotherNodeIsAskedWhenOneIsOutOfReach() {
        var map = ClusterMap()
        map.learn(12182, isAt: other)
        var journey = Journey([RedisCommand("GET", "foo")], home: home)
        #expect(words(journey.next(map)) == "[0] to o:2")
        let failure = RedisError(.unreachable, address: other, command: "GET", mayHaveRun: false, cause: "refused")
        map.lost(other)
        journey.couldNotReach(other, failure)
        #expect(words(journey.next(map)) == "[0] to h:1")
        // Nobody has taken over yet.
        for (slot, node) in journey.take([error("MOVED 12182 o:2")], of: [0], from: home) {
            map.learn(slot, isAt: node)
        }
        #expect(words(journey.next(map)) == "Cannot reach Redis at o:2: refused")
    }

    @Test func nodesThatDoNotAgreeAreGivenAMomentAfterSomeRedirections() {
        let map = ClusterMap()
        var journey = Journey([RedisCommand("GET", "foo")], home: home)
        var pauses = 0
        for round in 0..<20 {
            if words(journey.next(map)) == "pause" {
                pauses += 1
                _ = journey.next(map)
            }
            let (from, to) = round % 2 == 0 ? (home, "o:2") : (other, "h:1")
            _ = journey.take([error("MOVED 12182 \(to)")], of: [0], from: from)
        }
        #expect(pauses == 14)
    }

    @Test func aSurveyTellsOfAllNodesAndSlots() {
        func node(_ host: RESPValue, _ port: Int64) -> RESPValue { .array([host, .integer(port), .bulk([])]) }
        func name(_ text: String) -> RESPValue { .bulk(Array(text.utf8)) }
        var map = ClusterMap()
        #expect(!map.isCluster)
        map.learn(5, isAt: other)
        #expect(map.needsSurvey)
        map.beginSurvey()
        map.take(
            survey: .array([
                .array([.integer(0), .integer(99), node(name("a"), 1), node(name("b"), 2)]),
                .array([.integer(100), .integer(16383), node(.null, 3), node(name("?"), 4)]),
                .array([.integer(5), .integer(16384), node(name("bad"), 5)]), .array([.integer(9)]), .null,
            ]),
            from: home
        )
        #expect(map.node(of: 5)?.description == "a:1")
        #expect(map.node(of: 16383)?.description == "h:3")
        #expect(map.nodes.map(\.description) == ["o:2", "a:1", "b:2", "h:3"])
        #expect(!map.needsSurvey)
        map.lost(.tcp(host: "a", port: 1))
        #expect(map.needsSurvey && map.node(of: 5) == nil && map.nodes.last?.description == "a:1")
        map.take(survey: .simple("ERR"), from: home)
        #expect(map.node(of: 100)?.description == "h:3")
    }
}
