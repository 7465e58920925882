import Testing

@testable import RedisClient

/// What is decided without a clock, a socket or a server.
@Suite struct DecisionTests {
    let start = ContinuousClock.now

    @Test func theBackoffDoublesUpToItsLongestAndIsSpread() {
        let backoff = ReconnectBackoff.standard
        let middle = (1...8).map { backoff.delay(afterFailures: $0, random: 0.5) }
        #expect(middle == [50, 100, 200, 400, 800, 1600, 2000, 2000].map { .milliseconds($0) })
        #expect(backoff.delay(afterFailures: 1, random: 0) == .milliseconds(37.5))
        #expect(backoff.delay(afterFailures: 1, random: 1) == .milliseconds(62.5))
        #expect(backoff.delay(afterFailures: 1_000_000, random: 1) == .seconds(2))
    }

    @Test func anOutageBeginsWithTheFirstFailure() {
        var schedule = DialSchedule(.standard)
        #expect(schedule.allowsDial(start))
        schedule.failed("no", start, random: 0.5)
        #expect(!schedule.allowsDial(start.advanced(by: .milliseconds(49))))
        #expect(schedule.allowsDial(start.advanced(by: .milliseconds(50))))
        schedule.failed("no", start.advanced(by: .seconds(1)), random: 0.5)
        #expect(schedule.connected(start.advanced(by: .seconds(3))) == .seconds(3))
        #expect(schedule.connected(start.advanced(by: .seconds(4))) == nil)
    }

    @Test func anIdleLossIsNoOutageAndDialsAtOnce() {
        var schedule = DialSchedule(.standard)
        _ = schedule.connected(start)
        schedule.lost("idle", hadWork: false, start)
        #expect(schedule.allowsDial(start))
        #expect(schedule.connected(start.advanced(by: .seconds(9))) == nil)
    }

    @Test func aConnectionThatNeverWasOfUseCountsAsAFailedAttempt() {
        var schedule = DialSchedule(.standard)
        _ = schedule.connected(start)
        schedule.lost("hung up", hadWork: true, start, random: 0.5)
        #expect(!schedule.allowsDial(start))

        _ = schedule.connected(start)
        schedule.proven()
        schedule.lost("restarted", hadWork: true, start, random: 0.5)
        #expect(schedule.allowsDial(start))
    }

    @Test(
        arguments: [
            ("LOADING x", [0, 1, 2, 3, 4]), ("NOAUTH x", [0, 1, 2, 3, 4]),
            ("ERR max number of clients reached", [0, 1, 2, 3, 4]), ("WRONGPASS x", [0, 1, 2, 3, 4]),
            ("NOPERM x", [0, 1]),
            ("ERR x", [0, 1]), ("BUSY x", [0, 1]),
        ] as [(String, [Int])]
    )
    func theGreetingStandsOrFallsWithTheRightAnswers(_ line: String, fatalAt: [Int]) {
        var configuration = RedisConfiguration(address: .tcp(host: "x", port: 1))
        configuration.password = "p"
        configuration.database = 1
        configuration.clientName = "n"
        for position in 0..<5 {
            var greeting = Greeting(configuration)
            #expect(greeting.commands.map(\.name) == ["AUTH", "SELECT", "CLIENT", "HELLO", "PING"])
            var isComplete = false
            var failed: Int?
            for answer in 0..<5 where failed == nil {
                let reply = answer == position ? RESPValue.error(RedisReplyError(message: line)) : .simple("OK")
                do throws(DialFailure) {
                    isComplete = try greeting.take(reply)
                } catch {
                    failed = answer
                }
            }
            #expect(failed == (fatalAt.contains(position) ? position : nil))
            #expect(isComplete == (failed == nil))
        }
    }

    @Test func theQueueKeepsItsOrder() {
        var queue = FIFO<Int>()
        var expected: [Int] = []
        var taken: [Int] = []
        for number in 0..<5000 {
            queue.append(number)
            if number % 3 == 0, let first = queue.popFirst() { taken.append(first) }
        }
        queue.prepend([-2, -1])
        #expect(queue.first == -2)
        queue.updateFirst { $0 = -3 }
        queue.updateEach { $0 += 10 }
        expected = [7, 9] + (taken.count..<5000).map { $0 + 10 }
        #expect(queue.count == expected.count)
        #expect(queue.takeAll() == expected)
        #expect(taken == Array(0..<taken.count))
        #expect(queue.popFirst() == nil)
    }

    @Test func aPollNeverEndsEarly() {
        #expect(Duration.milliseconds(1).pollMilliseconds == 1)
        #expect(Duration.nanoseconds(1).pollMilliseconds == 1)
        #expect(Duration.nanoseconds(1_000_001).pollMilliseconds == 2)
        #expect(Duration.seconds(-1).pollMilliseconds == 0)
        #expect(Duration.seconds(10_000_000).pollMilliseconds == 1_000_000_000)
    }
}
