import Glibc
import QueueKit
import Synchronization

/// The jobs of a file on their way into their queues, in the order of the lines.
///
/// The next batch is read and checked while Redis works on the one before. Batches are not overlapped any further, so that
/// jobs keep their order and a stop means what it says: all that came before is enqueued, nothing that comes after.
struct FileEnqueue {
    private let file: JobFile
    private let stopsOnError: Bool
    private let replace: Bool
    private let signer: JobSigner?
    private let session: Session
    private let console: Console
    private let printer: EnqueuePrinter

    private var added = 0 { didSet { addedSoFar.value.store(added, ordering: .relaxed) } }
    private let addedSoFar = AddedSoFar()
    private var failed = 0
    private var stoppedAt: Int?
    private var configuration = QueueConfiguration()
    private var registered: Set<QueueName> = []
    private var progress: Progress

    init(
        _ file: JobFile,
        stopsOnError: Bool,
        replace: Bool,
        _ signer: JobSigner?,
        _ session: Session,
        _ console: Console
    ) {
        self.file = file
        self.stopsOnError = stopsOnError
        self.replace = replace
        self.signer = signer
        self.session = session
        self.console = console
        printer = EnqueuePrinter(console: console)
        progress = Progress("enqueued", on: console)
    }

    /// Adds all jobs, reports each line that is wrong, and says at the end how many there were.
    mutating func run() async throws {
        let start = ContinuousClock.now
        try SignalWatch.start([SIGINT, SIGTERM]) { [console, addedSoFar] number in
            console.flush()
            let count = addedSoFar.value.load(ordering: .relaxed)
            console.note("\nqueuectl: interrupted; at least \(count.of("job")) \(count == 1 ? "is" : "are") enqueued")
            // Nothing else is left to do, and reading cannot be interrupted.
            _exit(128 + number)
        }
        do {
            var batch = try await file.nextBatch()
            while !batch.isEmpty {
                // Not a child of this task: after a stop nobody waits for a line that somebody may yet type.
                let next = Task { [file] in try await file.nextBatch() }
                try await add(batch)
                if stoppedAt != nil { break }
                batch = try await next.value
            }
        } catch {
            progress.end()
            console.report(Failure(error))
            summarize(since: start)
            throw Reported(status: Failure(error).status)
        }
        progress.end()
        summarize(since: start)
        if failed > 0 { throw Reported(status: .failed) }
    }

    private mutating func add(_ batch: JobFile.Batch) async throws {
        let end = stopsOnError ? batch.firstIndex { $0.isWrong } ?? batch.endIndex : batch.endIndex
        var jobs: [LineJob] = []
        for entry in batch[..<end] {
            guard case .success(let document) = entry.content else { continue }
            let queue = document.queue ?? .default
            let signed = try signer?.sign(document, in: session.directory.queue(queue).keys) ?? document
            jobs.append(LineJob(line: entry.line, queue: queue, job: NewJob(signed)))
        }
        var outcomes: [Int: EnqueueResult] = [:]
        for group in groups(jobs) {
            try await register(group[0].queue)
            for (job, result) in try await send(group) { outcomes[job.line] = result }
            if stoppedAt != nil { break }
        }
        tell(batch[..<(stoppedAt == nil ? min(end + 1, batch.endIndex) : end)], jobs, outcomes)
    }

    /// Jobs that go in one request. Where a stop must be exact, only neighbours go together.
    private func groups(_ jobs: [LineJob]) -> [[LineJob]] {
        let isExact = stopsOnError && jobs.contains { $0.job.document.id != nil }
        var groups: [[LineJob]] = []
        var places: [QueueName: Int] = [:]
        for job in jobs {
            if isExact ? groups.last?.last?.queue == job.queue : places[job.queue] != nil {
                groups[isExact ? groups.count - 1 : places[job.queue] ?? 0].append(job)
            } else {
                places[job.queue] = groups.count
                groups.append([job])
            }
        }
        return groups
    }

    private mutating func register(_ queue: QueueName) async throws(QueueError) {
        guard registered.insert(queue).inserted else { return }
        configuration = try await session.directory.register([queue])
    }

    /// Sends jobs of one queue. In a stop, those before the first that exists are added, and no more.
    private mutating func send(_ jobs: [LineJob]) async throws(QueueError) -> [(LineJob, EnqueueResult)] {
        let queue = session.directory.queue(jobs[0].queue)
        let isExact = stopsOnError && jobs.contains { $0.job.document.id != nil }
        let results = try await queue.enqueue(
            jobs.map(\.job),
            configuration: configuration,
            replace: replace,
            allOrNone: isExact
        )
        guard isExact, let first = results.firstIndex(where: \.isDeclined) else { return Array(zip(jobs, results)) }
        stoppedAt = jobs[first].line
        let before = try await queue.enqueue(
            jobs[..<first].map(\.job),
            configuration: configuration,
            replace: replace
        )
        return Array(zip(jobs, before + [results[first]]))
    }

    /// Says what became of each line, in their order.
    private mutating func tell(
        _ entries: JobFile.Batch.SubSequence,
        _ jobs: [LineJob],
        _ outcomes: [Int: EnqueueResult]
    ) {
        let jobs = Dictionary(uniqueKeysWithValues: jobs.map { ($0.line, $0) })
        var count = 0
        for entry in entries {
            if case .failure(let failure) = entry.content {
                fail(failure, at: entry.line)
                continue
            }
            guard let job = jobs[entry.line], let outcome = outcomes[entry.line] else { continue }
            switch outcome {
            case .added(let state), .replaced(let state):
                let isReplaced = outcome == .replaced(state)
                printer.print(job.job.id, state, replaced: isReplaced, in: job.queue)
                count += 1
            case .exists(let state):
                let message = EnqueuePrinter.existsMessage(job.job, state, in: job.queue)
                fail(Failure(.exists, "\(file.name):\(entry.line): \(message)", field: "id"), at: entry.line)
            case .refused(let why):
                let message = EnqueuePrinter.refusedMessage(job.job.id, why, in: job.queue)
                fail(Failure(.exists, "\(file.name):\(entry.line): \(message)"), at: entry.line)
            case .skipped: break
            }
        }
        added += count
        progress.advance(by: count)
    }

    private mutating func fail(_ failure: Failure, at line: Int) {
        progress.end()
        console.report(failure)
        failed += 1
        if stopsOnError { stoppedAt = line }
    }

    private func summarize(since start: ContinuousClock.Instant) {
        if console.isJSON {
            console.report(
                .members([
                    "summary": .members([
                        "enqueued": .integer(added), "failed": .integer(failed), "stopped_at_line": .integer(stoppedAt),
                    ])
                ])
            )
            return
        }
        let seconds = max((ContinuousClock.now - start) / .seconds(1), 0.001)
        var text = "enqueued \(added.of("job"))"
        if added >= 1000 { text += " in \((seconds * 10).rounded() / 10)s (\(Int(Double(added) / seconds).grouped)/s)" }
        if let stoppedAt {
            text += " and stopped at line \(stoppedAt.grouped). What follows was not read; --on-error skip goes on"
        } else if failed > 0 {
            text += ", \(failed.of("line")) failed"
        }
        console.note("queuectl: \(text)")
    }
}

/// How many jobs have been added, for who interrupts.
private final class AddedSoFar: Sendable {
    let value = Atomic(0)
}

/// A job and the line that it stands on.
private struct LineJob {
    let line: Int
    let queue: QueueName
    let job: NewJob
}

extension JobFile.Entry {
    fileprivate var isWrong: Bool {
        if case .failure = content { true } else { false }
    }
}

extension EnqueueResult {
    fileprivate var isDeclined: Bool {
        switch self {
        case .exists, .refused: true
        case .added, .replaced, .skipped: false
        }
    }
}
