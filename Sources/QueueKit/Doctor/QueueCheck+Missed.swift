// Jobs that were not seen in their list: most of them have come since, or have moved.
extension QueueCheck {
    /// Looks for them by their names.
    mutating func findMissed() async throws(QueueError) {
        for (list, ids) in missed { try await find(ids.sorted(), in: list) }
        missed = [:]
        missedCount = 0
    }

    private mutating func find(_ ids: [String], in list: String) async throws(QueueError) {
        var rest: [String: String] = [:]
        for (id, look) in try await looks(at: ids) where look.list == list { rest[id] = look.stamp }
        let candidates = rest.keys.sorted()
        for batch in candidates.batches(of: JobQueue.placesLimit) {
            guard let places = try await queue.places(in: list, of: batch) else { break }
            for (id, place) in zip(batch, places) {
                rest[id] = nil
                if place.list == list, place.entries == 0 { addMissing(id, from: list) }
            }
        }
        // What is left stands in a list that is too long to be looked through in one step. An entry that is moved from
        // its beginning to its end may slip by once.
        for _ in 0..<2 where !rest.isEmpty {
            var walk = ListWalk(queue, list)
            while !rest.isEmpty, let (entries, _) = try await walk.next() {
                for id in entries { rest[id] = nil }
            }
        }
        for (id, look) in try await looks(at: rest.keys.sorted()) where look.list == list && look.stamp == rest[id] {
            addMissing(id, from: list)
        }
    }

    private func looks(at ids: [String]) async throws(QueueError) -> [(String, JobLook)] {
        var looks: [(String, JobLook)] = []
        for batch in ids.batches(of: JobQueue.batchLimit) { looks += zip(batch, try await queue.look(at: batch)) }
        return looks
    }

    private mutating func addMissing(_ id: String, from list: String) {
        let state = list == "dlq" ? "dead" : "pending"
        let repair = Repair(action: .job, place: list, object: id)
        add(.jobWithoutEntry, id, "job \(id) is \(state), and \(list) has no entry for it", repair: repair)
    }
}
