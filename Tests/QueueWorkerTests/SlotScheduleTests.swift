import Testing

@testable import QueueWorker

@Suite struct SlotScheduleTests {
    let start = ContinuousClock.now

    /// Runs claims one after the other, each for one slot, of queues that have so many jobs. Returns whose they were.
    private func order(_ jobs: [Int], weights: [Int]?, claims: Int) -> [Int] {
        var schedule = SlotSchedule(slots: 1, queues: jobs.count, weights: weights, largestGrant: 200)
        var left = jobs
        var order: [Int] = []
        // All ask while the only slot is taken: as when a backlog is met.
        let busy = schedule.take(0, at: start)
        for queue in jobs.indices.dropFirst() { #expect(schedule.take(queue, at: start).isEmpty) }
        for queue in jobs.indices { schedule.answered(queue, isHungry: true, at: start) }
        schedule.giveBack(busy, unused: false, at: start)
        while order.count < claims, let queue = schedule.served.first {
            #expect(schedule.served == [queue])
            let slots = schedule.take(queue, at: start)
            #expect(slots == [0])
            let hasJob = left[queue] > 0
            if hasJob {
                left[queue] -= 1
                order.append(queue)
            }
            schedule.answered(queue, isHungry: hasJob, at: start)
            schedule.giveBack(slots, unused: false, at: start)
        }
        return order
    }

    @Test(
        arguments: [
            ([3, 3], nil, [0, 0, 0, 1, 1, 1]),
            ([2, 0, 2], nil, [0, 0, 2, 2]),
            ([99, 99], [3, 1], [0, 0, 1, 0, 0, 0, 1, 0]),
            ([99, 99], [1, 1], [0, 1, 0, 1]),
            ([99, 99, 99], [5, 1, 1], [0, 0, 1, 0, 2, 0, 0]),
            ([0, 99], [1000, 1], [1, 1, 1, 1]),
            ([2, 4], [3, 1], [0, 0, 1, 1, 1, 1]),
        ] as [([Int], [Int]?, [Int])]
    )
    func slotsGoToTheQueueWhoseTurnItIs(_ jobs: [Int], _ weights: [Int]?, _ expected: [Int]) {
        #expect(order(jobs, weights: weights, claims: expected.count) == expected)
    }

    @Test func sharesAreExactOverALongTime() {
        let order = order([9999, 9999, 9999], weights: [7, 2, 1], claims: 1000)
        #expect((0..<3).map { queue in order.count { $0 == queue } } == [700, 200, 100])
    }

    @Test func severalFreeSlotsAreSharedAtOnce() {
        var schedule = SlotSchedule(slots: 8, queues: 2, weights: [3, 1], largestGrant: 200)
        let all = schedule.take(0, at: start)
        #expect(all.count == 8)
        #expect(schedule.take(1, at: start).isEmpty)
        for queue in 0...1 { schedule.answered(queue, isHungry: true, at: start) }
        schedule.giveBack(all, unused: false, at: start)
        #expect(schedule.served == [0, 1])
        #expect(schedule.take(0, at: start).count == 6)
        #expect(schedule.take(1, at: start).count == 2)
    }

    @Test func aSlotWaitsForAClaimOfTheFirstQueueAndGoesOnWhenThatIsEmpty() {
        var schedule = SlotSchedule(slots: 2, queues: 2, weights: nil, largestGrant: 1)
        #expect(schedule.take(0, at: start).count == 1)
        #expect(schedule.take(1, at: start).isEmpty)
        schedule.answered(1, isHungry: true, at: start)
        // One is free, but the first may want it.
        #expect(schedule.served.isEmpty && schedule.isWithheld(at: start))
        schedule.answered(0, isHungry: false, at: start)
        #expect(schedule.served == [1] && !schedule.isWithheld(at: start))
    }

    @Test func aClaimThatHangsGivesUpItsTurn() {
        var schedule = SlotSchedule(slots: 2, queues: 2, weights: nil, largestGrant: 1)
        _ = schedule.take(0, at: start)
        #expect(schedule.take(1, at: start).isEmpty)
        schedule.answered(1, isHungry: true, at: start)
        let later = start + SlotSchedule.patience
        #expect(!schedule.isWithheld(at: later))
        schedule.distribute(at: later)
        #expect(schedule.served == [1])
    }

    @Test func aQueueThatCannotClaimIsPassedOver() {
        var schedule = SlotSchedule(slots: 1, queues: 2, weights: nil, largestGrant: 200)
        let held = schedule.take(0, at: start)
        #expect(schedule.take(1, at: start).isEmpty)
        schedule.answered(1, isHungry: true, at: start)
        schedule.leave(0, at: start)
        schedule.giveBack(held, unused: false, at: start)
        #expect(schedule.served == [1])
        // What it was given and did not take is not lost.
        schedule.leave(1, at: start)
        #expect(schedule.take(0, at: start) == [0])
    }

    @Test func anEmptyQueueThatGetsWorkIsNextInStrictOrder() {
        var schedule = SlotSchedule(slots: 1, queues: 2, weights: nil, largestGrant: 200)
        let slot = schedule.take(1, at: start)
        schedule.answered(1, isHungry: true, at: start)
        #expect(schedule.take(0, at: start).isEmpty)
        schedule.answered(0, isHungry: true, at: start)
        schedule.giveBack(slot, unused: false, at: start)
        #expect(schedule.served == [0])
    }

    @Test func nothingIsGivenWhileItIsShut() {
        var schedule = SlotSchedule(slots: 1, queues: 1, weights: nil, largestGrant: 200)
        schedule.setOpen(false, at: start)
        #expect(schedule.take(0, at: start).isEmpty)
        schedule.answered(0, isHungry: true, at: start)
        schedule.setOpen(true, at: start)
        #expect(schedule.served == [0])
        schedule.setOpen(false, at: start)
        #expect(schedule.served.isEmpty && schedule.take(0, at: start).isEmpty)
    }

    @Test func noMoreSlotsAreUsedThanThereMayBeJobs() {
        var schedule = SlotSchedule(slots: 4, queues: 1, weights: nil, largestGrant: 200, allowance: 3)
        let slots = schedule.take(0, at: start)
        #expect(slots.count == 3)
        // One brought no job: that one is still to come.
        schedule.giveBack([slots[2]], unused: true, at: start)
        schedule.answered(0, isHungry: true, at: start)
        #expect(schedule.take(0, at: start).count == 1)
        schedule.answered(0, isHungry: true, at: start)
        schedule.giveBack([slots[0], slots[1]], unused: false, at: start)
        #expect(schedule.served.isEmpty && !schedule.isSpent)
        schedule.giveBack([slots[2]], unused: false, at: start)
        #expect(schedule.served.isEmpty && schedule.isSpent)
    }
}
