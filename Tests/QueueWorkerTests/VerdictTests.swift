import ProcessRunner
import Testing

@testable import QueueKit
@testable import QueueWorker

/// What becomes of a job after each kind of ending.
@Suite struct VerdictTests {
    /// A job whose success is 0 and 3, that gives up at 4 and snoozes at 75.
    private func claimed(_ more: [(String, String)] = [], failures: Int = 0) throws -> ClaimedJob {
        let fields =
            [
                ("command", "x"), ("state", "processing"), ("failures", String(failures)), ("max_retries", "1"),
                ("success_codes", "[0,3]"), ("fatal_codes", "[4]"), ("snooze_codes", #"{"75":"10m"}"#),
                ("timeout_ms", "1500"), ("cpu_seconds", "2"),
            ] + more
        let job = Job(id: try JobID("a"), queue: .default, fields: fields.map { ($0.0, Array($0.1.utf8)) })
        return ClaimedJob(job: job, token: try #require(JobToken("a-1-x.1")), claimedAt: .now())
    }

    private func settlement(_ claimed: ClaimedJob, _ result: RunResult) -> Settlement {
        Verdict.settlement(of: claimed, after: result, jitter: 0)
    }

    private static let retry = Settlement.Outcome.retry(after: .seconds(2))

    @Test(
        arguments: [
            (.exited(0), .completed, nil, nil), (.exited(3), .completed, nil, nil), (.succeeded, .completed, nil, nil),
            (.exited(1), Self.retry, "exit", "exited with code 1"),
            (.exited(4), .dead, "fatal", "exited with code 4"),
            (.exited(75), .snoozed(for: .seconds(600)), "snoozed", "exited with code 75"),
            (.signalled(11), Self.retry, "signal", "killed by SIGSEGV"),
            (.signalled(40), Self.retry, "signal", "killed by signal 40"),
            (.lost, Self.retry, "lost", "what watched the process was killed, and the process with it"),
            (.threw("no"), Self.retry, "error", "no"), (.notStarted("no"), Self.retry, "spawn_failure", "no"),
            (.exhausted("no"), .released, "exhausted", "no"),
        ] as [(RunResult.Ending, Settlement.Outcome, String?, String?)]
    )
    func eachEndingHasItsReason(
        ending: RunResult.Ending,
        outcome: Settlement.Outcome,
        reason: String?,
        error: String?
    ) throws {
        let settlement = settlement(try claimed(), RunResult(ending: ending))
        #expect(settlement.outcome == outcome && settlement.reason == reason && settlement.error == error)
    }

    @Test(
        arguments: [
            // A success counts, whoever wanted the run stopped; but not after its time was up.
            (.exited(3), .cancelled, .completed, nil), (.exited(0), .shutdown, .completed, nil),
            (.exited(0), .leaseLost, .completed, nil), (.exited(0), .timeout, Self.retry, "timeout"),
            (.succeeded, .timeout, Self.retry, "timeout"),
            // Other codes are how a stopped job obeys.
            (.exited(4), .cancelled, .cancelled, "cancelled"), (.exited(75), .cancelled, .cancelled, "cancelled"),
            (.exited(4), .shutdown, .released, "shutdown"), (.exited(75), .shutdown, .released, "shutdown"),
            (.exited(4), .leaseLost, .released, "lease_lost"), (.signalled(15), .shutdown, .released, "shutdown"),
            (.exited(4), .timeout, Self.retry, "timeout"), (.exited(75), .timeout, Self.retry, "timeout"),
            (.signalled(15), .timeout, Self.retry, "timeout"), (.exhausted("no"), .timeout, .released, "exhausted"),
            (.notStarted("too late"), .shutdown, .released, "shutdown"),
        ] as [(RunResult.Ending, StopReason, Settlement.Outcome, String?)]
    )
    func aStopComesBeforeAllCodesButSuccess(
        ending: RunResult.Ending,
        stop: StopReason,
        outcome: Settlement.Outcome,
        reason: String?
    ) throws {
        let settlement = settlement(try claimed(), RunResult(ending: ending, stopReason: stop))
        #expect(settlement.outcome == outcome && settlement.reason == reason)
    }

    @Test func limitsHaveReasonsOfTheirOwn() throws {
        var result = RunResult(ending: .signalled(9))
        result.isOutOfMemory = true
        var said = settlement(try claimed(), result)
        #expect(said.reason == "out_of_memory" && said.error == "killed by the kernel, which was out of memory")
        #expect(said.outcome == Self.retry && said.signal == 9)
        result = RunResult(ending: .signalled(24))
        result.isOverCPULimit = true
        said = settlement(try claimed(), result)
        #expect(said.reason == "cpu_limit" && said.error == "used up its CPU time of 2 s" && said.outcome == Self.retry)
        // A shell passes on how its child ended as a code; one of the job's codes all the same.
        result = RunResult(ending: .exited(137))
        result.isOutOfMemory = true
        said = settlement(try claimed([("fatal_codes", "[137]")]), result)
        #expect(said.outcome == .dead && said.reason == "fatal")
    }

    @Test func theLastRetryIsTheLast() throws {
        #expect(settlement(try claimed(failures: 1), RunResult(ending: .exited(1))).outcome == .dead)
        #expect(
            settlement(try claimed(failures: 1), RunResult(ending: .exited(75))).outcome == .snoozed(for: .seconds(600))
        )
        #expect(settlement(try claimed(failures: 1), RunResult(ending: .exhausted("no"))).outcome == .released)
    }

    @Test func whatTheProgramSaidIsAdded() throws {
        var result = RunResult(ending: .exited(1))
        result.lastErrorLine = "disk full"
        #expect(settlement(try claimed(), result).error == "exited with code 1: disk full")
        result.stopReason = .timeout
        #expect(settlement(try claimed(), result).error == "timed out after 1.5s: disk full")
    }

    @Test func aDamagedJobIsDead() throws {
        let said = settlement(try claimed([("snooze_codes", #"{"4":"1m"}"#)]), RunResult(ending: .exited(0)))
        #expect(said.outcome == .dead && said.reason == "corrupt")
        #expect(said.error == "the job's hash is damaged: 4 is in fatal_codes and in snooze_codes")
    }
}
