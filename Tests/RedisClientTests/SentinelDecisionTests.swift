import Testing

@testable import RedisClient

/// What is decided about sentinels without asking any.
@Suite struct SentinelDecisionTests {
    private func endpoint(_ host: String) -> RedisEndpoint { RedisEndpoint(host: host, port: 1) }

    private func answer(_ host: String, _ port: String = "6379") -> RESPValue {
        .array([.bulk(Array(host.utf8)), .bulk(Array(port.utf8))])
    }

    @Test func sentinelsAreAskedInTurnAndEachComplaintIsKept() {
        var round = SentinelRound(primary: "main", sentinels: ["a", "b", "c", "d", "e"].map(endpoint))
        #expect(round.next() == endpoint("a"))
        round.sentinelFailed(.unreachable("Connection refused"))
        #expect(round.next() == endpoint("b"))
        #expect(round.take(.null) == nil)
        #expect(round.next() == endpoint("c"))
        #expect(round.take(answer("p")) == RedisEndpoint(host: "p", port: 6379))
        round.primaryFailed(.unreachable("it is no primary, but a replica"))
        #expect(round.next() == endpoint("d"))
        // The same again is not dialled again.
        #expect(round.take(answer("p")) == nil)
        #expect(round.next() == endpoint("e"))
        #expect(round.take(answer("q", "0")) == nil)
        #expect(round.next() == nil)
        #expect(
            round.failure.reason == """
                sentinel a:1: Connection refused; sentinel b:1: it knows no main; sentinel c:1: it names p:6379, of \
                which: it is no primary, but a replica; sentinel e:1: it gave an answer that makes no sense
                """
        )
    }

    @Test func whatASentinelRefusesComesOutIfNothingElseWasWrong() {
        var round = SentinelRound(primary: "main", sentinels: [endpoint("a"), endpoint("b")])
        _ = round.next()
        round.sentinelFailed(.refused(RedisReplyError(message: "NOAUTH Authentication required."), command: "SENTINEL"))
        _ = round.next()
        round.sentinelFailed(.unreachable("Connection refused"))
        guard case .refused(let error, let command) = round.failure else {
            Issue.record("\(round.failure)")
            return
        }
        #expect(error.kind == .noAuth && command == "sentinel a:1")
    }

    @Test(
        arguments: [
            .array([]), .array([.null, .null]), .integer(3), .simple("OK"), .array([.bulk([]), .bulk([0x31])]),
        ] as [RESPValue]
    )
    func anAnswerThatMakesNoSenseIsPassedOver(_ answer: RESPValue) {
        var round = SentinelRound(primary: "main", sentinels: [endpoint("a")])
        _ = round.next()
        #expect(round.take(answer) == nil)
        #expect(round.failure.reason.contains("makes no sense"))
    }

    @Test func noStepTakesMoreThanHalfOfTheTime() {
        var round = SentinelRound(primary: "main", sentinels: [endpoint("a"), endpoint("b")])
        _ = round.next()
        #expect(round.share(of: .seconds(3)) == .seconds(1))
        _ = round.next()
        #expect(round.share(of: .seconds(3)) == .seconds(1.5))
    }

    @Test func theSentinelThatWasOfUseIsAskedFirst() {
        let sentinels = ["a", "b", "c"].map(endpoint)
        let whereabouts = Whereabouts()
        #expect(whereabouts.ordered(sentinels) == sentinels)
        whereabouts.wasOfUse(sentinels[2], naming: endpoint("p"), .now)
        #expect(whereabouts.ordered(sentinels) == [sentinels[2], sentinels[0], sentinels[1]])
        #expect(whereabouts.ordered([sentinels[0]]) == [sentinels[0]])
    }

    @Test(
        arguments: [
            ("master", nil), ("slave", "it is no primary, but a replica"),
            ("sentinel", "it is no primary, but a sentinel"),
        ] as [(String, String?)]
    )
    func onlyAPrimaryIsGreeted(_ role: String, _ refusal: String?) {
        let address = RedisAddress.primary(named: "main", sentinels: [endpoint("a")])
        var greeting = Greeting(RedisConfiguration(address: address))
        #expect(greeting.commands.map(\.name) == ["ROLE", "PING"])
        var reason: String?
        do throws(DialFailure) {
            _ = try greeting.take(.array([.bulk(Array(role.utf8)), .integer(0)]))
            #expect(try greeting.take(.simple("PONG")))
        } catch {
            reason = error.reason
        }
        #expect(reason == refusal)
    }

    @Test func aConfigurationForOtherServersKnowsNothingOfThem() {
        var one = RedisConfiguration(address: .tcp(host: "a", port: 1))
        let copy = one
        #expect(one.whereabouts === copy.whereabouts)
        one.address = .tcp(host: "b", port: 1)
        #expect(one.whereabouts !== copy.whereabouts)
    }
}
