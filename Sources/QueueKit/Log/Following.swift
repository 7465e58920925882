import RedisClient

/// One iteration over the events of a job.
///
/// The stored state decides what is told next; output that arrives early and messages only say when to look at it again.
final class Following {
    private let queue: JobQueue
    private let id: JobID
    private let attempts: LogFollower.Attempts

    private var events: [LogFollower.Event] = []
    private var told = 0
    /// The attempt that is followed, and whether it is over; nil before the first.
    private var attempt: (number: Int, isOver: Bool)?
    private var reader = LogReader()
    /// Tells a job from another that took its place under the same id.
    private var createdAt: Timestamp?
    private var watch: LogWatch?
    private var mustLook = true
    private var hasLooked = false
    private var isOver = false

    private static let pause = Duration.milliseconds(200)

    init(of id: JobID, in queue: JobQueue, _ attempts: LogFollower.Attempts) {
        self.id = id
        self.queue = queue
        self.attempts = attempts
    }

    deinit { watch?.close() }

    func next() async throws(QueueError) -> LogFollower.Event? {
        while told == events.count {
            events.removeAll(keepingCapacity: true)
            told = 0
            if isOver || Task.isCancelled { return nil }
            try await advance()
        }
        told += 1
        return events[told - 1]
    }

    /// Looks at the stored state if there is reason to, and otherwise waits for one.
    private func advance() async throws(QueueError) {
        let watch = try openWatch()
        if mustLook {
            do throws(QueueError) {
                try await look()
                hasLooked = true
                mustLook = false
                if isOver { return watch.close() }
            } catch {
                return try await wait(out: error)
            }
        }
        guard events.isEmpty else { return }
        watch.read(places)
        switch await watch.signal() {
        case .changed: mustLook = true
        case .output(let reply): take(reply)
        case .failed(let error):
            mustLook = true
            try await wait(out: QueueError(error, attempted: "follow job \(id)", queue: queue.name))
        case nil: isOver = true
        }
    }

    /// Waits a little for a Redis that was there before and is away, or refuses for now.
    private func wait(out error: QueueError) async throws(QueueError) {
        if error.code == .cancelled {
            isOver = true
            return
        }
        // What is wrong with TLS stays so until somebody hears of it.
        guard hasLooked, error.cause?.code != .tls, error.code == .unreachable || error.code == .refused else {
            throw error
        }
        // A cancelled task is not made to wait.
        try? await Task.sleep(for: Self.pause)
    }

    private func openWatch() throws(QueueError) -> LogWatch {
        if let watch { return watch }
        let new = try LogWatch(queue, id)
        watch = new
        return new
    }

    /// Where output may come next: in the log of this attempt, and in that of the next one.
    private var places: [LogWatch.Place] {
        if case .only(let number) = attempts { return [place(number, after: reader.last)] }
        let number = attempt?.number ?? 0
        let next = place(number + 1, after: 0)
        guard let attempt, !attempt.isOver else { return [next] }
        return [place(number, after: reader.last), next]
    }

    private func place(_ number: Int, after last: Int64) -> LogWatch.Place {
        LogWatch.Place(key: queue.keys.log(id, run: number), after: last)
    }

    /// Takes what was read from the log of this attempt. Output of another, or silence for long, means to look.
    private func take(_ reply: RESPValue) {
        mustLook = true
        guard let attempt, !attempt.isOver else { return }
        let key = queue.keys.log(id, run: attempt.number)
        for log in reply.array ?? [] {
            guard let parts = log.array, parts.count == 2, parts[0].string == key else { continue }
            events += reader.read(parts[1]).map { .output($0) }
            mustLook = false
        }
    }

    /// Reads the job, and tells what it has come to since.
    private func look() async throws(QueueError) {
        let job = try await queue.job(id)
        guard let job, createdAt == nil || job.createdAt == createdAt, job.run >= attempt?.number ?? 0 else {
            if let attempt, !attempt.isOver { events.append(.attemptEnded(attempt.number)) }
            return end(nil)
        }
        createdAt = job.createdAt
        let isRunning = job.state == .processing
        for number in wanted(upTo: job.run) {
            if number != attempt?.number { begin(number) }
            let isLatest = number == job.run
            // That of a run under way comes by itself, but for what is there when following begins.
            guard !hasLooked || !isLatest || !isRunning else { continue }
            events += try await queue.log(of: id, run: number, from: &reader).map { .output($0) }
            if isLatest, isRunning { continue }
            attempt?.isOver = true
            events.append(.attemptEnded(number))
        }
        if case .only = attempts, attempt?.isOver == true {
            if !hasLooked { events.append(.caughtUp) }
            isOver = true
        } else if job.state?.isFinal != false {
            end(job)
        } else if !hasLooked {
            events.append(.caughtUp)
        }
    }

    /// The attempts to tell of: the one that is followed, unless all of it has been told, and those that came after it.
    private func wanted(upTo latest: Int) -> [Int] {
        if let attempt {
            let first = attempt.isOver ? attempt.number + 1 : attempt.number
            if case .only = attempts { return attempt.isOver ? [] : [attempt.number] }
            return first <= latest ? Array(first...latest) : []
        }
        switch attempts {
        case .latest: return latest > 0 ? [latest] : []
        case .all: return latest > 0 ? Array(1...latest) : []
        case .only(let number): return 1...max(1, latest) ~= number && latest > 0 ? [number] : []
        }
    }

    private func begin(_ number: Int) {
        attempt = (number, false)
        reader = LogReader()
        events.append(.attemptBegan(number))
    }

    private func end(_ job: Job?) {
        isOver = true
        if !hasLooked { events.append(.caughtUp) }
        events.append(.jobEnded(job))
    }
}
