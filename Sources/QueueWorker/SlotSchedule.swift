/// Decides which queue gets the slots that come free. Pure: it has no clock and waits for nothing.
///
/// A queue is hungry from when its feed asks for slots until a claim has told that nothing is left there. Each free slot
/// goes to the hungry queue whose turn it is: the first of them in strict order, or by smooth weighted round robin. While
/// that one is still claiming, it may want more, so the slot waits for it; but not for ever: a claim that hangs gives
/// up its turn.
struct SlotSchedule {
    private enum Stage {
        /// It has no work, as far as anyone knows, or is in no state to claim any.
        case content
        /// It wants slots.
        case waiting
        /// It claims for the slots that it was given, perhaps none.
        case claiming(since: ContinuousClock.Instant)
    }

    private struct Place {
        let weight: Int
        var stage = Stage.content
        /// How far it is behind (or ahead of) its share, in slots times the sum of the weights.
        var credit = 0
        /// What it was given and has not taken yet.
        var granted: [Int] = []
    }

    /// How long free slots wait for a claim.
    static let patience = Duration.seconds(1)

    private let isStrict: Bool
    private let largestGrant: Int
    private var places: [Place]
    private var free: [Int]
    private var isOpen = true
    /// How many more slots may be used for a job; nil for any number.
    private var allowance: Int?
    private let count: Int

    /// - Parameters:
    ///   - slots: how many there are, numbered from 0.
    ///   - queues: how many there are, numbered from 0 in their order.
    ///   - weights: one for each of them; nil for strict order.
    ///   - largestGrant: how many slots one claim can use.
    ///   - allowance: how many jobs there may be in all; nil for any number.
    init(slots: Int, queues: Int, weights: [Int]?, largestGrant: Int, allowance: Int? = nil) {
        count = slots
        self.allowance = allowance
        free = Array((0..<slots).reversed())
        places = (weights ?? Array(repeating: 1, count: queues)).map { Place(weight: $0) }
        isStrict = weights == nil
        self.largestGrant = largestGrant
    }

    /// Gives a hungry queue what it may claim for now, perhaps nothing.
    mutating func take(_ queue: Int, at now: ContinuousClock.Instant) -> [Int] {
        places[queue].stage = .waiting
        distribute(at: now)
        defer { places[queue].granted = [] }
        places[queue].stage = .claiming(since: now)
        return places[queue].granted
    }

    /// Notes what a claim told: whether there may be more.
    mutating func answered(_ queue: Int, isHungry: Bool, at now: ContinuousClock.Instant) {
        if isHungry { places[queue].stage = .waiting } else { makeContent(queue) }
        distribute(at: now)
    }

    /// Passes a queue over until it asks again.
    mutating func leave(_ queue: Int, at now: ContinuousClock.Instant) {
        makeContent(queue)
        distribute(at: now)
    }

    /// Makes slots free; `unused` ones for which a claim brought no job.
    mutating func giveBack(_ slots: [Int], unused: Bool, at now: ContinuousClock.Instant) {
        free.append(contentsOf: slots)
        if unused { allowance? += slots.count }
        distribute(at: now)
    }

    /// While it is not open, nobody is given anything.
    mutating func setOpen(_ isOpen: Bool, at now: ContinuousClock.Instant) {
        self.isOpen = isOpen
        if !isOpen { for queue in places.indices { takeBack(from: queue) } }
        distribute(at: now)
    }

    /// Gives the free slots away, as far as it is clear to whom.
    mutating func distribute(at now: ContinuousClock.Instant) {
        while let slot = free.last, let queue = whoseTurn(at: now), case .waiting = places[queue].stage,
            places[queue].granted.count < largestGrant
        {
            if !isStrict { charge(queue, at: now) }
            free.removeLast()
            allowance? -= 1
            places[queue].granted.append(slot)
        }
    }

    /// The queues that have been given slots and have not taken them.
    var served: [Int] { places.indices.filter { !places[$0].granted.isEmpty } }

    /// Whether free slots wait for a claim, although another queue wants them.
    func isWithheld(at now: ContinuousClock.Instant) -> Bool {
        guard !free.isEmpty, let queue = whoseTurn(at: now), case .claiming = places[queue].stage else { return false }
        return places.contains { if case .waiting = $0.stage { true } else { false } }
    }

    /// Whether all jobs that there may be have been claimed, and have left their slots.
    var isSpent: Bool { allowance == 0 && free.count == count }

    private func whoseTurn(at now: ContinuousClock.Instant) -> Int? {
        guard isOpen, allowance != 0 else { return nil }
        let hungry = places.indices.lazy.filter { isHungry($0, at: now) }
        if isStrict { return hungry.first }
        // Of equals the first.
        return hungry.max { right(to: $0) < right(to: $1) || (right(to: $0) == right(to: $1) && $0 > $1) }
    }

    private func right(to queue: Int) -> Int { places[queue].credit + places[queue].weight }

    private func isHungry(_ queue: Int, at now: ContinuousClock.Instant) -> Bool {
        switch places[queue].stage {
        case .content: false
        case .waiting: true
        case .claiming(let since): since.duration(to: now) < Self.patience
        }
    }

    private mutating func charge(_ queue: Int, at now: ContinuousClock.Instant) {
        for other in places.indices where isHungry(other, at: now) {
            places[other].credit += places[other].weight
            places[queue].credit -= places[other].weight
        }
    }

    /// Nobody saves up shares, or owes any, while there is nothing to claim.
    private mutating func makeContent(_ queue: Int) {
        takeBack(from: queue)
        places[queue].stage = .content
        places[queue].credit = 0
    }

    private mutating func takeBack(from queue: Int) {
        free.append(contentsOf: places[queue].granted)
        allowance? += places[queue].granted.count
        places[queue].granted = []
    }
}
