import RedisClient

// The marks of entries that jobs have left behind in long lists, against those entries and against the counters.
extension QueueCheck {
    mutating func checkMarks() async throws(QueueError) {
        // They are counted without rests, or the counters would have moved meanwhile.
        let number = try await queue.pipeline([RedisCommand("HLEN", queue.keys.stale)], attempting: "look at the marks")
        guard Int(number[0].int ?? 0) <= pace.longestList else { return }
        let first = try await countMarks()
        report.marks = first.marks.values.reduce(0, +)
        guard !first.differences.isEmpty else { return }
        await pause()
        let second = try await countMarks()
        for (list, difference) in first.differences.sorted(by: { $0.key < $1.key })
        where second.differences[list] == difference {
            let marks = second.marks[list] ?? 0
            let repair = Repair(action: .marks, place: list, object: String(difference))
            let problem = "\(marks + difference) entries are counted as left behind in \(list), \(marks) are marked"
            add(.counterOff, "stale:\(list)", problem, repair: repair)
        }
    }

    func pause() async {
        // Cancelled, the next request says so.
        try? await Task.sleep(for: Self.pause)
    }

    /// Goes through the marks. Returns how many there are of each list, and by how much the counters differ from that,
    /// of lists whose counters have not moved meanwhile.
    private mutating func countMarks() async throws(QueueError) -> (marks: [String: Int], differences: [String: Int]) {
        let before = try await countedMarks()
        var marks: [String: Int] = [:]
        var scan = Scan("HSCAN", queue.keys.stale, count: JobQueue.batchLimit)
        while let page = try await scan.next(queue) {
            var unseen: [String: [String]] = [:]
            for field in stride(from: 0, to: page.count, by: 2).compactMap({ page[$0].string }) {
                let words = field.split(separator: " ", maxSplits: 1).map(String.init)
                guard words.count == 2, QueueKeys.lists.contains(words[0]) else {
                    addMalformed(field)
                    continue
                }
                marks[words[0], default: 0] += 1
                // Nothing can be said of a list that was not gone through.
                guard let entries = seen[words[0]], !entries.contains(words[1]) else { continue }
                unseen[words[0], default: []].append(words[1])
            }
            for (list, ids) in unseen { try await checkMarks(of: ids, in: list) }
        }
        let after = try await countedMarks()
        var differences: [String: Int] = [:]
        for list in QueueKeys.lists where before[list] == after[list] {
            let difference = (after[list] ?? 0) - (marks[list] ?? 0)
            if difference != 0 { differences[list] = difference }
        }
        return (marks, differences)
    }

    private func countedMarks() async throws(QueueError) -> [String: Int] {
        var command = RedisCommand("HMGET", queue.keys.counts)
        for list in QueueKeys.lists { command.append("stale:\(list)") }
        let reply = try await queue.pipeline([command], attempting: "read the counters")[0]
        return Dictionary(uniqueKeysWithValues: zip(QueueKeys.lists, (reply.array ?? []).map { Int($0.int ?? 0) }))
    }

    /// Marks whose entries were not seen: they may have come since, or have been dropped together with their entries.
    private mutating func checkMarks(of ids: [String], in list: String) async throws(QueueError) {
        var gone = Set(ids)
        if let places = try await allPlaces(of: ids, in: list) {
            for (id, place) in zip(ids, places) where place.entries > 0 { gone.remove(id) }
        } else {
            for _ in 0..<2 where !gone.isEmpty {
                var walk = ListWalk(queue, list)
                while !gone.isEmpty, let (entries, _) = try await walk.next() { gone.subtract(entries) }
            }
        }
        for id in gone.sorted() {
            let mark = RedisCommand("HEXISTS", queue.keys.stale, "\(list) \(id)")
            guard try await queue.pipeline([mark], attempting: "look at a mark")[0].int == 1 else { continue }
            let repair = Repair(action: .mark, place: list, object: id)
            add(
                .markWithoutEntry,
                id,
                "job \(id) is marked as left behind in \(list), where it does not stand",
                repair: repair
            )
        }
    }

    private func allPlaces(of ids: [String], in list: String) async throws(QueueError) -> [PlaceLook]? {
        var places: [PlaceLook] = []
        for batch in ids.batches(of: JobQueue.placesLimit) {
            guard let more = try await queue.places(in: list, of: batch) else { return nil }
            places += more
        }
        return places
    }

    private mutating func addMalformed(_ field: String) {
        let repair = Repair(action: .mark, object: field)
        add(.malformedMark, field, "the mark \(TerminalText.quotedForMessage(field)) names no list", repair: repair)
    }
}
