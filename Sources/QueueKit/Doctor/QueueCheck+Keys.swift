import RedisClient

// From the job to the index, and what else there is under the names of the queue.
extension QueueCheck {
    /// Goes through the names of all keys.
    mutating func checkKeys() async throws(QueueError) {
        var scan = Scan(keysBeginningWith: queue.keys.prefix, count: 1000)
        var jobs: [JobID] = []
        var leftovers: [(key: String, id: String)] = []
        while let page = try await scan.next(queue) {
            for key in page.compactMap(\.string) where key.hasPrefix(queue.keys.prefix) {
                switch queue.keys.role(of: key) {
                case .fixed: break
                case .passing(let type): try await check(key, is: type)
                case .job(let id): jobs.append(id)
                case .ofJob(let id): leftovers.append((String(key.dropFirst(queue.keys.prefix.count)), id.text))
                case .unknown: try await addUnknown(key)
                }
            }
            await rest()
            for batch in jobs.batches(of: Self.jobsAtOnce) { try await check(jobs: batch) }
            for batch in leftovers.batches(of: JobQueue.batchLimit) { try await check(leftovers: batch) }
            (jobs, leftovers) = ([], [])
        }
    }

    /// Hashes read at once: a document may have a megabyte.
    private static let jobsAtOnce = 100

    private mutating func check(jobs ids: [JobID]) async throws(QueueError) {
        let looks = try await queue.look(at: ids.map(\.text))
        var readable: [JobID] = []
        for (id, look) in zip(ids, looks) {
            switch look.word {
            // It was deleted meanwhile.
            case .none: break
            case .otherType: try await check(queue.keys.job(id), is: "hash")
            case .state, .stateless, .unknownState: readable.append(id)
            }
            if case .state(let state) = look.word { check(id.text, state, look) }
        }
        if pace.readsHashes { try await read(readable) }
        onProgress(ids.count)
        await rest()
        if missedCount + Self.jobsAtOnce > FindingLog.limit {
            try await makeRoom(for: missedCount, .jobWithoutEntry)
            try await findMissed()
        }
        try await makeRoom(for: Self.jobsAtOnce, .jobWithoutEntry)
    }

    private mutating func read(_ ids: [JobID]) async throws(QueueError) {
        let hashes = try await queue.pipeline(
            ids.map { RedisCommand("HGETALL", queue.keys.job($0)) },
            attempting: "read jobs"
        )
        for (id, hash) in zip(ids, hashes) { check(id, hash.fields ?? []) }
    }

    /// Whether a job stands where it should.
    private mutating func check(_ id: String, _ state: JobState, _ look: JobLook) {
        report.jobs += 1
        if let list = look.list, let entries = seen[list], !entries.contains(id) {
            if missed[list, default: []].insert(id).inserted { missedCount += 1 }
        }
        guard let set = look.missingSets.first else { return }
        let repair = Repair(action: .job, object: id, stamp: look.stamp)
        if state == .processing {
            add(.jobWithoutLease, id, "job \(id) is being run, and has no lease that could end", repair: repair)
        } else {
            add(.jobWithoutEntry, id, "job \(id) is \(state), and \(set) has no entry for it", repair: repair)
        }
    }

    /// Whether a hash can be read.
    private mutating func check(_ id: JobID, _ fields: [(String, [UInt8])]) {
        let names = Set(fields.map(\.0))
        guard !names.isEmpty else { return }
        if !names.contains("state") {
            guard !names.isDisjoint(with: Job.systemFields) else {
                prepared = (prepared.count + 1, id.text)
                return
            }
            let remedy = "Look at \(queue.keys.job(id)), then delete it and enqueue the job anew"
            return add(.missingState, id.text, "the hash of job \(id) has lost its state", remedy: remedy)
        }
        let job = Job(id: id, queue: queue.name, fields: fields)
        if job.state == nil {
            let remedy = "Look at \(queue.keys.job(id)), then delete it and enqueue the job anew"
            add(.unknownState, id.text, "job \(id): \(job.corrupt ?? "its state cannot be read")", remedy: remedy)
        } else if let corrupt = job.corrupt {
            let flag = queue.name == .default ? "" : " --queue \(queue.name)"
            let remedy = "It ends dead with reason corrupt when it is run. queuectl show \(id)\(flag)"
            add(.damagedField, id.text, "job \(id): \(corrupt)", remedy: remedy)
        }
        if let name = job.unknownFields.first { newerFields = (newerFields.count + 1, id.text, name) }
    }

    private mutating func check(leftovers: [(key: String, id: String)]) async throws(QueueError) {
        let looks = try await queue.look(at: leftovers.map(\.id))
        let alone = zip(leftovers, looks).filter { $0.1.word == .none }.map(\.0)
        // They go in the same step as their job: what is there after the job was not there is left over.
        let there = try await queue.pipeline(
            alone.map { RedisCommand("EXISTS", queue.keys.named($0.key)) },
            attempting: "look for leftovers"
        )
        for ((key, id), exists) in zip(alone, there) where exists.int == 1 {
            let repair = Repair(action: .leftovers, place: key, object: id)
            let name = queue.keys.named(key)
            add(.leftovers, name, "\(name) belongs to job \(id), which is gone", repair: repair)
        }
        await rest()
    }

    private mutating func check(_ key: String, is expected: String) async throws(QueueError) {
        let type = try await type(of: key)
        if let type, type != expected { addWrongType(key, type, expected: expected) }
    }

    /// What a key holds; nil if it is there no more.
    private func type(of key: String) async throws(QueueError) -> String? {
        let reply = try await queue.pipeline([RedisCommand("TYPE", key)], attempting: "look at a key")[0]
        return reply.string == "none" ? nil : reply.string
    }

    private mutating func addUnknown(_ key: String) async throws(QueueError) {
        guard let type = try await type(of: key) else { return }
        let remedy = "Find out who wrote it. queuectl never reads it"
        add(.unknownKey, key, "\(key) is a \(type) that no release up to this one keeps", remedy: remedy)
    }
}
