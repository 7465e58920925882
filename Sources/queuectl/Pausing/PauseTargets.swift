import ArgumentParser
import QueueKit

/// What `pause` and `resume` are to act on: ids of jobs that run, or names of queues.
struct PauseTargets: ParsableArguments {
    @Argument(help: ArgumentHelp("Ids of jobs; or queues, where no job has that id.", valueName: "id or queue"))
    var names: [String] = []

    @Option(
        name: .long,
        parsing: .unconditional,
        help: ArgumentHelp("The queue to act on; or, with ids, the one that they are in.", valueName: "name")
    )
    var queue: String?

    @Flag(help: "Every queue.")
    var all = false

    /// Pauses or resumes them all, each as what it is. Throws if some could not be.
    func run(_ verb: QueuePausing.Verb, _ session: Session, _ console: Console) async throws {
        let named = try queue.map { try QueueOption.name($0) }
        let queues = QueuePausing(verb, session, console)
        guard !names.isEmpty else { return try await queues.run(on: try await wholeQueues(verb, named, session)) }
        guard !all else { throw Failure(.usage, "Give names or --all, but not both") }

        let operation = JobOperation(verb: verb == .pause ? .pause : .resume, session: session, console: console)
        var ids: [JobID] = []
        for name in names {
            let id = try JobTargets.id(name)
            if !ids.contains(id) { ids.append(id) }
        }
        let known = try await session.directory.queues() + [.default]
        var failures: [Failure] = []
        for (id, result) in zip(ids, try await operation.perform(on: ids, in: named)) {
            switch result {
            case .success(let done): operation.print(done)
            case .failure(let failure) where failure.kind == .notFound && named == nil:
                if let queue = known.first(where: { $0.text == id.text }) {
                    try await queues.run(on: [queue])
                } else {
                    failures.append(Self.nowhere(verb, id, known))
                }
            case .failure(let failure): failures.append(failure)
            }
        }
        try operation.report(failures, of: ids.count)
    }

    /// The queues, where no job is named. Never one that nobody named: in a script, `pause $ID` may have lost its id.
    private func wholeQueues(
        _ verb: QueuePausing.Verb,
        _ named: QueueName?,
        _ session: Session
    ) async throws -> [QueueName] {
        switch (named, all) {
        case (let named?, false): return [named]
        case (nil, true): return try await session.queues(nil).map(\.name)
        case (.some, true): throw Failure(.usage, "Give --queue or --all, but not both")
        case (nil, false):
            let what = "ids of jobs that run, names of queues, or --all for every queue"
            throw Failure(.usage, "Say what to \(verb.rawValue): give \(what)")
        }
    }

    private static func nowhere(_ verb: QueuePausing.Verb, _ id: JobID, _ queues: [QueueName]) -> Failure {
        let near = Suggestion.nearest(to: id.text, among: queues.map(\.text))
        let advice = near.map { "; did you mean \($0)?" } ?? (verb == .pause ? QueuePausing.creation : "")
        return Failure(
            .notFound,
            "Cannot \(verb.rawValue) \(id): there is neither a job nor a queue of that name\(advice)"
        )
    }
}
