// Jobs that were not seen in their list: most of them have come since, or have moved.
extension QueueCheck {
    /// Looks for them by their names.
    mutating func findMissed() async throws(QueueError) {
        for (list, ids) in missed { try await find(ids.sorted(), in: list) }
        missed = [:]
        missedCount = 0
    }

    private mutating func find(_ ids: [String], in list: String) async throws(QueueError) {
        var sought: [String: String] = [:]
        for (id, look) in try await looks(at: ids) where look.list == list { sought[id] = look.stamp }
        // Of many, most have come since the list was gone through: a walk is cheaper than a search for each.
        let isWorthAWalk = sought.count > Self.fewSought
        if isWorthAWalk { try await strike(from: &sought, in: list) }
        for batch in sought.keys.sorted().batches(of: JobQueue.placesLimit) {
            guard let places = try await queue.places(in: list, of: batch) else { break }
            for (id, place) in zip(batch, places) {
                let stamp = sought.removeValue(forKey: id)
                if place.list == list, place.entries == 0, place.stamp == stamp {
                    addMissing(id, from: list, stamp: place.stamp)
                }
            }
            await rest()
        }
        // What is left stands in a list that is too long to be looked through in one step. An entry that is moved from
        // its beginning to its end may slip by once.
        for _ in 0..<(isWorthAWalk ? 1 : 2) { try await strike(from: &sought, in: list) }
        for (id, look) in try await looks(at: sought.keys.sorted()) where look.list == list && look.stamp == sought[id]
        {
            addMissing(id, from: list, stamp: look.stamp)
        }
    }

    /// As many are looked for one by one.
    private static let fewSought = 5 * JobQueue.placesLimit

    /// Goes through a list, and strikes out what stands there.
    private mutating func strike(from sought: inout [String: String], in list: String) async throws(QueueError) {
        var walk = ListWalk(queue, list)
        while !sought.isEmpty, let (entries, _) = try await walk.next() {
            for id in entries { sought[id] = nil }
            await rest()
        }
    }

    private func looks(at ids: [String]) async throws(QueueError) -> [(String, JobLook)] {
        var looks: [(String, JobLook)] = []
        for batch in ids.batches(of: JobQueue.batchLimit) { looks += zip(batch, try await queue.look(at: batch)) }
        return looks
    }

    private mutating func addMissing(_ id: String, from list: String, stamp: String) {
        let state = list == "dlq" ? "dead" : "pending"
        let repair = Repair(action: .job, place: list, object: id, stamp: stamp)
        add(.jobWithoutEntry, id, "job \(id) is \(state), and \(list) has no entry for it", repair: repair)
    }
}
