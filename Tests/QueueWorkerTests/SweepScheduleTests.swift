import QueueKit
import Testing

@testable import QueueWorker

@Suite final class SweepScheduleTests {
    private var schedule = SweepSchedule(interval: .seconds(600))

    private func turn(
        since seconds: Int = 0,
        _ differences: [String: Int] = [:],
        isOurs: Bool = true
    ) -> SweepTurn {
        SweepTurn(isOurs: isOurs, since: .seconds(seconds), differences: differences)
    }

    private func next(_ turn: SweepTurn) -> SweepSchedule.Step { schedule.next(turn) }
    private func takeHasSwept() -> Bool { schedule.takeHasSwept() }

    @Test func everythingIsLookedAtWhenNobodyHasForLong() {
        #expect(next(turn(since: 599)) == .goOn)
        #expect(next(turn(since: 600)) == .begin(urgently: false))
        #expect(next(turn(since: 610)) == .goOn, "it is under way")
        #expect(!takeHasSwept())
        schedule.ended(isComplete: true)
        #expect(takeHasSwept() && !takeHasSwept())
        #expect(next(turn(since: 0)) == .goOn)
    }

    @Test func whatWasNotLookedThroughIsTriedAgain() {
        #expect(next(turn(since: 600)) == .begin(urgently: false))
        schedule.ended(isComplete: false)
        #expect(!takeHasSwept())
        #expect(next(turn(since: 610)) == .begin(urgently: false))
    }

    @Test func aDifferenceIsLookedIntoAtOnceAndOnceOnly() {
        #expect(next(turn(since: 600)) == .begin(urgently: false))
        #expect(next(turn(since: 610, ["pending": 1])) == .begin(urgently: true))
        #expect(next(turn(since: 610, ["pending": 1])) == .goOn)
        #expect(next(turn(since: 610, ["pending": 2])) == .goOn, "it is under way")
        schedule.ended(isComplete: true)
        #expect(next(turn(["pending": 2])) == .begin(urgently: true))
        schedule.ended(isComplete: true)
        #expect(next(turn(["pending": 2])) == .goOn, "nobody here can repair it")
        #expect(next(turn(since: 600, ["pending": 2])) == .begin(urgently: false))
        schedule.ended(isComplete: true)
        #expect(next(turn()) == .goOn)
        #expect(next(turn(["pending": 2])) == .begin(urgently: true), "it has been well meanwhile")
    }

    @Test func whoeverLosesTheTurnEnds() {
        #expect(next(turn(isOurs: false)) == .goOn)
        #expect(next(turn(since: 600)) == .begin(urgently: false))
        #expect(next(turn(isOurs: false)) == .end)
        #expect(next(turn(isOurs: false)) == .goOn)
        #expect(next(turn(since: 600)) == .begin(urgently: false))
    }
}
