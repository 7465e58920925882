import RedisClient

// From the index to the job: each entry has to name a job that stands there by its hash.
extension QueueCheck {
    /// Goes through a list, and remembers what stands in it.
    mutating func check(list: String) async throws(QueueError) {
        var walk = ListWalk(queue, list)
        var prints = EntryFingerprints()
        while let (ids, strays) = try await walk.next() {
            for id in ids { prints.insert(id) }
            for stray in strays { add(stray, in: list) }
            advanceEntries(ids.count)
            await rest()
        }
        let repeated = prints.seal()
        seen[list] = prints
        if !repeated.isEmpty { try await checkRepeated(repeated, in: list) }
    }

    /// Goes through a sorted set.
    mutating func check(set: String) async throws(QueueError) {
        var scan = Scan("ZSCAN", queue.keys.named(set), count: JobQueue.batchLimit)
        while let page = try await scan.next(queue) {
            let ids = stride(from: 0, to: page.count, by: 2).compactMap { page[$0].string }
            for batch in ids.batches(of: JobQueue.batchLimit) {
                for stray in try await queue.strays(in: set, among: batch) { add(stray, in: set) }
                advanceEntries(batch.count)
                await rest()
            }
        }
    }

    /// Looks at what was seen twice: again, since it may have moved, and by its names.
    private mutating func checkRepeated(_ prints: Set<Int>, in list: String) async throws(QueueError) {
        var counts: [String: Int] = [:]
        var walk = ListWalk(queue, list)
        while let (ids, _) = try await walk.next() {
            for id in ids where prints.contains(id.hashValue) && (counts[id] != nil || counts.count < FindingLog.limit)
            {
                counts[id, default: 0] += 1
            }
            await rest()
        }
        for batch in counts.filter({ $0.value > 1 }).keys.sorted().batches(of: JobQueue.placesLimit) {
            if let places = try await queue.places(in: list, of: batch) {
                for (id, place) in zip(batch, places) where place.entries > 1 {
                    let repair = Repair(action: .duplicate, place: list, object: id)
                    add(.duplicateEntry, id, "job \(id) stands \(place.entries) times in \(list)", repair: repair)
                }
            } else {
                for id in batch {
                    add(
                        .duplicateEntry,
                        id,
                        "job \(id) stands \(counts[id] ?? 2) times in \(list)",
                        remedy: "Nothing: workers set the second entry aside when they come to it"
                    )
                }
            }
        }
    }

    private mutating func add(_ stray: StrayEntry, in index: String) {
        guard let word = stray.word else {
            add(
                .markedJob,
                stray.id,
                "the entry of job \(stray.id) in \(index) is marked as left behind, and would be dropped",
                repair: Repair(action: .mark, place: index, object: stray.id)
            )
            return
        }
        let repair = Repair(action: .entry, place: index, object: stray.id)
        let entry = "\(index) has an entry for job \(stray.id)"
        switch word {
        case .state(let state):
            add(.misplacedEntry, stray.id, "\(entry), which is \(state)", repair: repair)
        case .none:
            add(.entryWithoutJob, stray.id, "\(entry), which does not exist", repair: repair)
        case .otherType, .stateless, .unknownState:
            add(.entryWithoutJob, stray.id, "\(entry), whose hash is damaged", repair: repair)
        }
    }

    private mutating func advanceEntries(_ count: Int) {
        report.entries += count
        onProgress(count)
    }
}
