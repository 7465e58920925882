import QueueKit
import RedisClient
import Testing

/// Something that breaks invariant I1, made by hand, and what `doctor` has to say of it.
public struct Damage: Sendable, CustomTestStringConvertible {
    /// What is wrong, for people.
    public let testDescription: String
    /// States of the jobs that are there to begin with; each job is called as its state.
    public let states: [JobState]
    /// Redis commands.
    public let lines: [String]
    /// What is found, as `<code> <object>`.
    public let findings: [String]
    /// What is left when it is repaired: job ids by state.
    public let afterwards: [JobState: Int]
    /// Whether something was set aside.
    public let rejected: Int

    init(
        _ name: String,
        _ states: [JobState],
        _ lines: [String],
        _ findings: [String],
        afterwards: [JobState: Int]? = nil,
        rejected: Int = 0
    ) {
        testDescription = name
        self.states = states
        self.lines = lines
        self.findings = findings
        self.afterwards = afterwards ?? Dictionary(states.map { ($0, 1) }) { $0 + $1 }
        self.rejected = rejected
    }

    /// Takes jobs to their states in an empty queue, and does the damage.
    public func make(in queue: JobQueue, redis: RedisConnection, configuration: QueueConfiguration) async throws {
        // One after the other, so that each claim finds but one; what stays pending comes last.
        let ordered = states.filter { $0 != .pending } + states.filter { $0 == .pending }
        for (number, state) in ordered.enumerated() {
            let id = try JobID(state.rawValue)
            try await queue.bring(id, to: state, number: Int64(number + 1), configuration: configuration)
        }
        for line in lines {
            let words = line.split(separator: " ").map { String($0.replacing("\\s", with: " ")) }
            var command = RedisCommand(words[0])
            for word in words.dropFirst() {
                command.append(word.hasPrefix("R:") ? queue.keys.prefix + word.dropFirst(2) : word)
            }
            if let error = try await redis.send(command).error { throw error }
        }
    }

    /// What can be repaired.
    public static let repairable: [Damage] =
        [
            Damage(
                "a list entry without a job",
                [.pending, .completed],
                ["DEL R:job:pending"],
                ["entry_without_job pending"],
                afterwards: [.completed: 1],
                rejected: 1
            ),
            Damage(
                "a list entry whose job is no hash",
                [.dead],
                ["DEL R:job:dead", "SET R:job:dead x"],
                ["entry_without_job dead", "wrong_type R:job:dead"],
                afterwards: [:],
                rejected: 1
            ),
            Damage(
                "a list entry that was never counted",
                [.completed],
                ["RPUSH R:pending:5 ghost"],
                ["entry_without_job ghost", "counter_off pending"],
                rejected: 1
            ),
            Damage(
                "a list entry of a job that is elsewhere",
                [.completed],
                ["RPUSH R:pending:5 completed"],
                ["misplaced_entry completed", "counter_off pending"],
                rejected: 1
            ),
            Damage(
                "an entry in the list of another priority",
                [.pending],
                ["HSET R:job:pending priority 7"],
                ["misplaced_entry pending", "job_without_entry pending"],
                rejected: 1
            ),
            Damage(
                "a set entry of a job that is elsewhere",
                [.pending],
                ["ZADD R:completed 1 pending", "ZADD R:failed 1 pending"],
                ["misplaced_entry pending", "misplaced_entry pending", "counter_off completed", "counter_off failed"]
                    + ["counter_off scheduled"],
                rejected: 2
            ),
            Damage(
                "an id twice in a list",
                [.pending],
                ["RPUSH R:pending:5 pending pending"],
                ["duplicate_entry pending", "counter_off pending"]
            ),
            Damage(
                "a job without lease",
                [.processing],
                ["ZREM R:processing processing"],
                []
                    + ["job_without_lease processing", "counter_off processing"]
            ),
            Damage(
                "a mark on a job that is there",
                [.pending],
                ["HSET R:stale pending:5\\spending 1"],
                []
                    + ["marked_job pending"] + ["counter_off stale:pending:5"]
            ),
            Damage(
                "a mark on a job that is there, counted",
                [.dead],
                ["HSET R:stale dlq\\sdead 1", "HINCRBY R:counts stale:dlq 1"],
                ["marked_job dead", "counter_off dead"]
            ),
            Damage(
                "a mark without an entry",
                [.pending],
                ["HSET R:stale dlq\\sghost 1", "HINCRBY R:counts stale:dlq 1"],
                ["mark_without_entry ghost", "counter_off dead"]
            ),
            Damage("a mark of no list", [.pending], ["HSET R:stale nonsense 1"], ["malformed_mark nonsense"]),
            Damage("a push that is never due", [], ["HSET R:intake 7 {}"], ["push_not_due 7"]),
            Damage("a due push that is gone", [], ["ZADD R:intake_due 1 7"], ["due_push_missing 7"]),
            Damage(
                "leftovers",
                [.completed],
                ["LPUSH R:attempts:gone x", "XADD R:log:gone:3 1-0 stream stdout data x"],
                ["leftovers R:attempts:gone", "leftovers R:log:gone:3"]
            ),
            Damage("a counter too high", [.pending], ["HINCRBY R:counts pending 3"], ["counter_off pending"]),
            Damage("a counter that is no number", [.pending], ["HSET R:counts pending 1e300"], ["counter_off pending"]),
            Damage(
                "a counter of marks that is no number",
                [.pending],
                ["HSET R:counts stale:dlq -1e300", "HSET R:stale dlq\\sghost 1"],
                ["mark_without_entry ghost", "counter_off stale:dlq"]
            ),
            Damage("a counter too low", [.completed], ["HSET R:counts completed -4"], ["counter_off completed"]),
            Damage(
                "counters lost",
                JobState.allCases.filter { $0 != .processing },
                ["DEL R:counts"],
                JobState.allCases
                    .filter { $0 != .processing }.map { "counter_off \($0)" }
            ),
            Damage(
                "a counter of marks too high",
                [.pending],
                ["HSET R:counts stale:pending:5 2"],
                []
                    + ["counter_off pending", "counter_off stale:pending:5"]
            ),
        ] + withoutEntry + withoutJob

    /// Each state whose index has lost the job.
    private static let withoutEntry = [
        (JobState.pending, ["LREM R:pending:5 0 pending"], ["counter_off pending"]),
        (.scheduled, ["ZREM R:scheduled scheduled"], ["counter_off scheduled"]),
        (.failed, ["ZREM R:scheduled failed"], ["counter_off scheduled"]),
        (.failed, ["ZREM R:failed failed"], ["counter_off failed", "counter_off scheduled"]),
        (.failed, ["ZREM R:failed failed", "ZREM R:scheduled failed"], ["counter_off failed"]),
        (.dead, ["LREM R:dlq 0 dead"], ["counter_off dead"]),
        (.completed, ["ZREM R:completed completed"], ["counter_off completed"]),
        (.cancelled, ["ZREM R:cancelled cancelled"], ["counter_off cancelled"]),
    ].map { state, lines, more in
        Damage("\(state) without: \(lines)", [state], lines, ["job_without_entry \(state)"] + more)
    }

    /// Each set whose job is gone.
    private static let withoutJob =
        [JobState.scheduled, .processing, .completed, .cancelled].map { state in
            Damage(
                "an entry in \(state) without a job",
                [state],
                ["DEL R:job:\(state)"],
                ["entry_without_job \(state)"],
                afterwards: [:],
                rejected: 1
            )
        } + [
            Damage(
                "an entry in failed without a job",
                [.failed],
                ["DEL R:job:failed R:attempts:failed"],
                ["entry_without_job failed", "entry_without_job failed"],
                afterwards: [:],
                rejected: 2
            )
        ]
}
