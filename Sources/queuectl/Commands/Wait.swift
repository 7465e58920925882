import ArgumentParser
import QueueKit

struct Wait: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Wait until jobs have ended, and end with their exit code.",
        usage: "queuectl wait <id> ... [--for <state>] [--timeout <duration>] [--queue <name>]",
        discussion: """
            Ends with 0 if all have completed, otherwise with the exit code of the first in the order given that has not,
            128+n if signal n ended it, 1 if it has none. With --for, ends with 0 once each was in that state, and with 3 when
            one never will be. A job that is gone counts as 3, and 124 means that the time is over. When queuectl itself
            fails it is 125. Redis is not asked again and again meanwhile.

            EXAMPLES:
              queuectl wait job1
              queuectl wait job1 --for processing --timeout 1m
            """.filled
    )

    @OptionGroup var targets: JobTargets

    @Option(
        name: .customLong("for"),
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Wait for this state, if only for a moment; repeatable: one of them. Otherwise until they have ended.",
            valueName: "state"
        ),
        completion: .list(JobState.allCases.map(\.rawValue))
    )
    var wanted: [String] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How long to wait at the most. (default: as long as it takes)", valueName: "duration")
    )
    var timeout: String?

    @OptionGroup var options: GlobalOptions

    static func status(for failure: Failure) -> ExitStatus {
        switch failure.status {
        case .conflict, .timedOut: failure.status
        default: .ownFailure
        }
    }

    func run(_ session: Session, _ console: Console) async throws {
        let states = try wanted.map { try JobState.named($0, "--for") }
        let limit = try timeout.map { try DurationOption.parse($0, "--timeout", atMost: .seconds(30 * 86_400)) }
        let ids = try targets.checkedIDs()
        guard !ids.isEmpty else { throw Failure(.usage, "Say which jobs to wait for: give ids") }
        let places = try await session.locate(ids, targets.queueOption)

        var report = WaitReport(
            console: console,
            ids: ids,
            goal: states.isEmpty ? .ended : JobGoal(Set(states)),
            hiding: try await session.redaction(nil, console)
        )
        for (id, place) in zip(ids, places) where place == nil { report.isGone(id) }
        let known = zip(ids, places).compactMap { id, place in place.map { JobWatch.Target(id, in: $0.name) } }
        let left = try await Waiting(session, console, limit: limit).run(known, for: report.goal) { target, result in
            report.note(result, of: target)
        }
        try report.end(left: left.map(\.id), limit: limit)
    }
}
