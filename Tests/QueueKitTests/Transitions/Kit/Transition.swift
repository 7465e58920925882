import QueueTestSupport
import Testing

@testable import QueueKit

/// A call of a script that writes, on a job `j` of worker a or on what has become of it.
struct Transition: Sendable, CustomTestStringConvertible {
    /// The file in `lua` without its ending.
    let script: String
    /// What is special about it, if there are several of one script.
    let variant: String
    /// The queue before it.
    let given: @Sendable (TestQueue) async throws -> Void
    /// Makes the call on the queue, through whatever connection that has, and describes the answer.
    let call: @Sendable (TestQueue, JobQueue) async throws -> String

    var testDescription: String { variant.isEmpty ? script : "\(script) (\(variant))" }

    private init<Answer>(
        _ script: String,
        _ variant: String = "",
        given: @escaping @Sendable (TestQueue) async throws -> Void = { _ in },
        call: @escaping @Sendable (TestQueue, JobQueue) async throws -> Answer
    ) {
        self.script = script
        self.variant = variant
        self.given = given
        self.call = { String(describing: try await call($0, $1)) }
    }

    /// Given a job `j` in this state.
    private static func job(_ state: JobState) -> @Sendable (TestQueue) async throws -> Void {
        { try await $0.bring("j", to: state) }
    }

    private static let token = JobToken(worker: workerA, request: 1)

    /// Every script that writes has its place here: ``ReplayTests`` sees to it.
    static let all: [Transition] = adding + claiming + running + settling + operating + keepingHouse

    /// One of each script, and what else others may do with the same job: what can come in between.
    static let others: [Transition] = {
        var scripts: Set<String> = []
        return all.filter { scripts.insert($0.script).inserted || ["by another", "released"].contains($0.variant) }
    }()

    private static let adding = [
        Transition("enqueue") { queue, through in
            let jobs = try [queue.newJob("j"), queue.newJob("k") { $0.delay = .seconds(600) }]
            return try await through.enqueue(jobs, configuration: .init())
        },
        Transition("enqueue", "in the place of another", given: job(.completed)) { queue, through in
            let job = try queue.newJob("j") { $0.priority = 7 }
            // That it was added is as good an answer as that it took the place of another.
            return try await through.enqueue([job], configuration: .init(), replace: true).count
        },
        Transition("take_in") { queue in
            try await queue.send("LPUSH", "R:incoming", #"{"id":"j","command":"x"}"#, "malformed [")
        } call: { _, through in
            // Sent again it takes in what has come since; what it took in is handed out when it is overdue.
            _ = try await through.takeIn()
        },
        Transition("ingest") { queue in
            try await queue.send("LPUSH", "R:incoming", #"{"id":"j","command":"x"}"#, "malformed [")
            try await queue.claim(0)
            try await queue.holdIntake()
        } call: { queue, through in
            let verdicts: [(number: Int64, verdict: IntakeVerdict)] = [
                (2, .job(try queue.newJob("j"), isPrepared: false)), (1, .reject("malformed")),
            ]
            // That it was done already is as good an answer as what became of it.
            return try await through.ingest(verdicts, configuration: .init()).count
        },
        Transition("admit") { queue in
            _ = try await QueueFunctions(redis: queue.redis).install()
            for (id, document) in unread { try await queue.add(#"{"id":"\#(id)",\#(document)}"#) }
        } call: { queue, through in
            var jobs: [UnreadJob] = []
            for (name, document) in unread {
                let created = try await queue.send("HGET", "R:job:\(name)", "created_at").string ?? ""
                let bytes = Array(#"{"id":"\#(name)",\#(document)}"#.utf8)
                jobs.append(UnreadJob(id: try id(name), document: bytes, createdAt: created, isRevived: false))
            }
            // Here too.
            return try await through.admit(jobs, configuration: .init()).count
        },
        Transition("readmit") { queue in
            try await queue.seed("XADD R:rejected 1-1 reason no raw [ length 1")
        } call: { queue, through in
            try await through.readmit("1-1", as: queue.newJob("j"), configuration: .init())
        },
    ]

    /// Documents that no worker has read yet, by id.
    private static let unread = [
        ("j", #""command":"x","priority":7"#), ("k", #""command":"x","delay":600"#),
        ("l", #""command":"x","grace":"no""#),
    ]

    private static let claiming = [
        Transition("claim", given: job(.pending)) { _, through in
            try await claim(by: workerA, number: 1, through)
        },
        Transition("claim", "of nothing") { _, through in
            try await claim(by: workerA, number: 1, through)
        },
        Transition("claim", "by another", given: job(.pending)) { _, through in
            try await claim(by: workerB, number: 1, through)
        },
    ]

    private static func claim(by worker: WorkerID, number: Int64, _ queue: JobQueue) async throws -> [String] {
        let claim = try await queue.claim(
            ClaimRequest(worker: worker, number: number, slots: 1, configuration: .init())
        )
        return claim.ids
    }

    private static let running = [
        Transition("renew", given: job(.processing)) { _, through in
            try await through.renew(worker: workerA, held: [(id: id("j"), token: token)], lease: .seconds(30))
        },
        Transition("report", given: job(.processing)) { _, through in
            try await through.report([ProgressReport(id: id("j"), token: token, progress: 40, text: "there")])
        },
        Transition("append_log") { queue in
            try await queue.bring("j", to: .processing)
            let old = (1...3).map { NewLogEntry(number: $0, stream: .stdout, offset: Int($0) - 1, data: [UInt8($0)]) }
            _ = try await queue.queue.appendLog(of: id("j"), token: token, run: 1, old)
        } call: { _, through in
            let entries = [
                NewLogEntry(number: 4, stream: .stdout, offset: 3, data: Array("output".utf8)),
                NewLogEntry(number: 6, stream: .stderr, data: [0, 255]),
            ]
            return try await through.appendLog(of: id("j"), token: token, run: 1, entries, deleting: [2])
        },
    ]

    private static let outcomes: [(String, Settlement.Outcome)] = [
        ("completed", .completed), ("failed", .retry(after: .seconds(600))), ("snoozed", .snoozed(for: .seconds(600))),
        ("dead", .dead), ("released", .released), ("cancelled", .cancelled),
    ]

    private static let settling =
        outcomes.map { name, outcome in
            Transition("settle", name, given: job(.processing)) { queue, through in
                try await through.settle([queue.settlement("j", outcome)], configuration: .init())
            }
        }
        + outcomes.map { name, outcome in
            Transition("turn", name) { queue in
                try await queue.bring("j", to: .processing)
                try await queue.enqueue("next")
            } call: { queue, through in
                let request = ClaimRequest(worker: workerA, number: 2, slots: 1, configuration: .init())
                let turn = try await through.turn([queue.settlement("j", outcome)], claiming: request)
                // A job that was released and handed out again at once is said to be in the state that it is in by then.
                return (turn.settled.allSatisfy { if case .settled = $0 { true } else { false } }, turn.claim.ids)
            }
        }

    private static let operating =
        [
            Transition("retry", given: job(.dead)) { _, through in try await through.retry([id("j")]) },
            Transition("retry_all", given: job(.dead)) { _, through in bulk(try await through.retryAll(limit: 2)) },
            Transition("purge", given: job(.dead)) { _, through in bulk(try await through.purge(limit: 2)) },
            Transition("delete", given: job(.completed)) { _, through in try await through.delete([id("j")]) },
            Transition("pause_job", given: job(.processing)) { _, through in try await through.pause([id("j")]) },
            Transition("pause_job", "resumed") { queue in
                try await queue.bring("j", to: .processing)
                _ = try await queue.queue.pause([id("j")])
            } call: { _, through in
                try await through.resume([id("j")])
            },
            Transition("signal", given: job(.processing)) { _, through in try await through.signal(id("j"), 10) },
            Transition("pause") { _, through in try await through.pause() },
            Transition("pause", "resumed") { queue in
                _ = try await queue.queue.pause()
            } call: { _, through in
                try await through.resume()
            },
        ]
        + [JobState.pending, .failed, .processing].map { state in
            Transition("cancel", "\(state)", given: job(state)) { _, through in try await through.cancel([id("j")]) }
        }
        + [JobState.pending, .failed].map { state in
            Transition("edit", "\(state)", given: job(state)) { _, through in
                guard let draft = try await through.draft(of: id("j")) else { return EditResult.notFound }
                var document = JobDocument(command: "other")
                document.priority = 9
                return try await through.edit(JobEdit(draft, to: document))
            }
        }

    private static func bulk(_ step: BulkStep) -> [Int] { [step.changed, step.hasMore ? 1 : 0] }

    private static let keepingHouse = [
        Transition("repair") { queue in
            try await queue.seed("HSET R:intake 7 {}")
        } call: { queue, through in
            let findings = try await queue.check().findings
            // That it is well is as good an answer as that it is repaired.
            _ = try await through.repair(findings, Repairs(configuration: queue.configuration) { _ in })
        },
        Transition("sweep") { _, through in
            try await through.sweepTurn(of: workerA, heartbeat: .seconds(10), hasSwept: false).isOurs
        },
    ]
}
