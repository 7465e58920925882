import Glibc
import QueueKit
import TestSupport
import Testing

@testable import QueueWorker

/// Exit codes, limits and records, with a whole worker and real processes.
@Suite struct PolicyTests {
    @Test func aCodeOfItsOwnIsSuccess() async throws {
        let shop = try await Workshop()
        let id = try await shop.enqueue(["exit 3"]) { $0.successCodes = [3] }[0]
        let job = try await shop.withWorker { _ in try await shop.wait(for: id, .completed) }
        #expect(job.exitCode == 3 && job.reason == nil && job.error == nil && job.failures == 0)
    }

    @Test func zeroIsAFailureWhereSuccessIsSomethingElse() async throws {
        let shop = try await Workshop()
        let id = try await shop.enqueue(["true"]) {
            $0.successCodes = [3]
            $0.maxRetries = 0
        }[0]
        let job = try await shop.withWorker { _ in try await shop.wait(for: id, .dead) }
        #expect(job.exitCode == 0 && job.reason == "exit" && job.error == "exited with code 0")
    }

    @Test func aFatalCodeIsNotTriedAgain() async throws {
        let shop = try await Workshop(settings: [.fatalCodes: "4"])
        let id = try await shop.enqueue(["echo gone >&2; exit 4"]) { $0.maxRetries = 9 }[0]
        let job = try await shop.withWorker { _ in try await shop.wait(for: id, .dead) }
        #expect(job.run == 1 && job.failures == 1 && job.reason == "fatal")
        #expect(job.error == "exited with code 4: gone")
        #expect(try await shop.queue.attempts(of: id).map(\.reason) == ["fatal"])
    }

    @Test func aSnoozedJobComesBackWithAllItsRetries() async throws {
        let shop = try await Workshop()
        let id = try await shop.enqueue(["test $QUEUECTL_ATTEMPT -ge 3 || exit 75"]) {
            $0.snoozeCodes = [75: .milliseconds(50)]
            $0.maxRetries = 0
        }[0]
        let job = try await shop.withWorker { _ in try await shop.wait(for: id, .completed) }
        #expect(job.run == 3 && job.failures == 0)
        let attempts = try await shop.queue.attempts(of: id)
        #expect(attempts.map(\.outcome) == ["completed", "snoozed", "snoozed"])
        #expect(attempts.map(\.delay) == [nil, .milliseconds(50), .milliseconds(50)])
    }

    @Test func aSnoozedJobIsScheduledForItsTime() async throws {
        let shop = try await Workshop(settings: [.snoozeCodes: "75=10m"])
        let id = try await shop.enqueue(["exit 75"])[0]
        let job = try await shop.withWorker { _ in try await shop.wait(for: id, .scheduled) }
        #expect(job.reason == "snoozed" && job.failures == 0)
        let wait = try #require(job.nextRunAt).milliseconds - (try #require(job.finishedAt)).milliseconds
        #expect(wait == 600_000)
    }

    @Test func limitsHoldForTheProcess() async throws {
        let shop = try await Workshop()
        let id = try await shop.enqueue(["ulimit -v; ulimit -t; ulimit -n; cut -d' ' -f19 /proc/self/stat"]) {
            $0.memory = 256 << 20
            $0.cpuSeconds = 60
            $0.openFiles = 64
            $0.nice = 5
        }[0]
        try await shop.withWorker { _ in try await shop.wait(for: id, .completed) }
        let log = try await shop.queue.log(of: id, run: 1)
        let said = String(decoding: log.flatMap(\.data), as: UTF8.self).split(separator: "\n").map(String.init)
        let niceness = getpriority(Int32(PRIO_PROCESS.rawValue), 0) + 5
        #expect(said == ["262144", "60", "64", "\(min(niceness, 19))"])
    }

    @Test func whoUsesUpItsCPUTimeHasThatReason() async throws {
        let shop = try await Workshop()
        let id = try await shop.enqueue(["while :; do :; done"]) {
            $0.cpuSeconds = 1
            $0.maxRetries = 0
        }[0]
        let job = try await shop.withWorker { _ in try await shop.wait(for: id, .dead, within: .seconds(60)) }
        #expect(job.reason == "cpu_limit" && job.error == "used up its CPU time of 1 s")
    }

    @Test func anAttemptIsOnRecordWithAllThatWasMeasured() async throws {
        let shop = try await Workshop()
        let id = try await shop.enqueue(["echo $$; exit 1"]) { $0.maxRetries = 0 }[0]
        try await shop.withWorker { _ in try await shop.wait(for: id, .dead) }
        let attempt = try #require(try await shop.queue.attempts(of: id).first)
        let log = try await shop.queue.log(of: id, run: 1)
        let pid = String(decoding: log.flatMap(\.data), as: UTF8.self).split(separator: "\n").first.flatMap { Int($0) }
        #expect(pid != nil && attempt.usage.pid == pid)
        #expect(attempt.token?.worker.pid == getpid() && attempt.token?.worker.host.isEmpty == false)
        #expect(attempt.startedAt != nil && attempt.finishedAt != nil && attempt.waited != nil)
        #expect(attempt.usage.duration != nil && attempt.usage.cpuTime != nil)
        #expect(attempt.usage.maxResidentBytes ?? 0 > 100_000)
    }

    @Test func soIsTheOnlyAttemptOfAJobThatCompleted() async throws {
        let shop = try await Workshop()
        let id = try await shop.enqueue(["true"])[0]
        let job = try await shop.withWorker { _ in try await shop.wait(for: id, .completed) }
        let attempt = try #require(AttemptRecord(lastRunOf: job))
        #expect(attempt.outcome == "completed" && attempt.usage.pid != nil && attempt.waited != nil)
        #expect(attempt.usage.maxResidentBytes ?? 0 > 100_000)
    }

    /// A document, in which FOLDER stands for one that holds a bad script, and what its error must say.
    @Test(
        arguments: [
            (#""argv":["/nonexistent/tool"]"#, #"cannot start "/nonexistent/tool": no such file or directory"#),
            (#""argv":["no-such-tool"]"#, #"cannot start "no-such-tool": no such file or directory"#),
            (#""argv":["/etc/passwd"]"#, #"cannot start "/etc/passwd": permission denied"#),
            (
                #""argv":["true"],"cwd":"/nonexistent""#,
                #"cannot enter working directory "/nonexistent": no such file or directory"#
            ),
            (#""argv":["FOLDER/script"]"#, #"its interpreter "/nonexistent/sh" does not exist"#),
            (#""argv":["FOLDER/empty"]"#, "exec format error"),
        ] as [(String, String)]
    )
    func eachObstacleToAStartIsNamed(members: String, words: String) async throws {
        let shop = try await Workshop()
        let folder = try TemporaryFolder()
        for (name, text) in [("script", "#!/nonexistent/sh\n"), ("empty", "\n")] {
            try ProgramFile.write(text, to: "\(folder.path)/\(name)")
        }
        let json = "{\(members.replacing("FOLDER", with: folder.path)),\"max_retries\":0}"
        let job = NewJob(try JobDocument(json: json))
        _ = try await shop.queue.enqueue([job], configuration: try await shop.configuration())
        let dead = try await shop.withWorker { _ in try await shop.wait(for: job.id, .dead) }
        #expect(dead.reason == "spawn_failure" && dead.error?.contains(words) == true, "\(dead.error ?? "")")
    }
}
