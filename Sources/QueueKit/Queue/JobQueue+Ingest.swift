import QueueScripts
import RedisClient

/// What a worker thinks of a push.
public enum IntakeVerdict: Sendable {
    /// It is a job. `isPrepared`: its hash was written by the pusher.
    case job(NewJob, isPrepared: Bool)
    /// It is malformed, for this reason. With whom to tell, if that could be read.
    case reject(String, ReplyAddress? = nil)
}

/// What became of a push.
public enum IngestResult: Sendable, Hashable {
    /// It is a job in this state.
    case added(JobState)
    /// It was set aside with its reason.
    case rejected
    /// Another worker had done it already.
    case done
}

extension IntakeItem {
    /// Judges a push: the one validator for what comes in from other services.
    ///
    /// - Parameters:
    ///   - queue: The queue that it was pushed to.
    ///   - keys: What a signature must have been made with. Whether it is outdated is for the transition to say, by Redis' clock. Nil: signatures
    ///     are not looked at.
    public func verdict(queue: JobQueue, verifying keys: SigningKeys? = nil) -> IntakeVerdict {
        do {
            let verdict = try judge(queue: queue.name)
            if case .job(let job, _) = verdict { try keys?.verify(job, in: queue.keys) }
            return verdict
        } catch {
            let isUnreadable = raw.first != UInt8(ascii: "{") && error.field == "id" && preparedFields.isEmpty
            let reason = isUnreadable ? "neither a JSON object nor the id of a prepared hash" : error.description
            return .reject(reason, ReplyAddress(of: self))
        }
    }

    private func judge(queue: QueueName) throws(DocumentError) -> IntakeVerdict {
        if raw.first == UInt8(ascii: "{") {
            return .job(NewJob(try JobDocument(json: raw, pushedTo: queue)), isPrepared: false)
        }
        let id = try JobID(String(decoding: raw, as: UTF8.self))
        guard !preparedFields.isEmpty else {
            return .reject("id: there is no prepared hash for \(id); write its job hash before pushing the id")
        }
        // Somebody has pushed the id of a job, of this push or of another one.
        let state = preparedFields.first { $0.0 == "state" }.map { String(decoding: $0.1, as: UTF8.self) }
        if let state = state.flatMap(JobState.init(rawValue:)) {
            return .reject("id: job \(id) exists already (\(state))")
        }
        let document = try JobDocument(id: id, hashFields: preparedFields, pushedTo: queue)
        return .job(NewJob(document), isPrepared: true)
    }
}

extension JobQueue {
    /// Ends the intake of pushes. One round trip.
    ///
    /// - Parameter verdicts: By number, at most `batchLimit`.
    /// - Returns: One result for each, in order. Sent again, what was done answers `done`.
    /// - Throws: `QueueError`; then the pushes are handed out again within 5 seconds.
    public func ingest(
        _ verdicts: [(number: Int64, verdict: IntakeVerdict)],
        configuration: QueueConfiguration
    ) async throws(QueueError) -> [IngestResult] {
        guard !verdicts.isEmpty else { return [] }
        let attempt = "take in \(verdicts.count) pushed jobs"
        var arguments = RedisArguments()
        arguments.append(configuration.rejectedMax)
        for (number, verdict) in verdicts {
            arguments.append(number)
            switch verdict {
            case .reject(let reason, let address):
                arguments.append("reject")
                arguments.append(reason)
                arguments.append(address?.name ?? "")
                arguments.append(address?.id?.text ?? "")
            case .job(let job, let isPrepared):
                arguments.append("job")
                arguments.append(isPrepared ? 1 : 0)
                arguments.append(job, configuration: configuration)
            }
        }
        let reply = try await run(.ingest, arguments, attempting: attempt)
        let results = reply.array?.compactMap { IngestResult(reply: $0) } ?? []
        guard results.count == verdicts.count else { throw unexpected(reply, attempting: attempt) }
        return results
    }
}

extension IngestResult {
    init?(reply: RESPValue) {
        switch reply.string {
        case "rejected": self = .rejected
        case "done": self = .done
        case let word?:
            guard let state = JobState(rawValue: word) else { return nil }
            self = .added(state)
        case nil: return nil
        }
    }
}
