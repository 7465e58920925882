import QueueKit
import Testing

/// `list`, `show`, `cancel` and `delete`.
@Suite struct JobCommandTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test func listIsTabSeparatedWhereNoTerminalIs() async throws {
        try await bench.add("dead1", in: .dead)
        try await bench.add("job1", command: "echo\thello\u{1b}[31m")
        let outcome = try await bench.run("list")
        #expect(outcome.status == 0 && outcome.err == "")
        #expect(
            outcome.out.normalized == """
                job1\tpending\tdefault\t5\t0\tAGO\techo\\thello\\x1b[31m
                dead1\tdead\tdefault\t5\t1\tAGO\techo hello

                """
        )
        #expect(try await bench.run("list", "--quiet").out == "job1\ndead1\n")
        #expect(try await bench.run("list", "--limit", "1", "-q").out == "job1\n")
    }

    @Test(arguments: JobState.allCases)
    func listShowsJobsOfOneState(state: JobState) async throws {
        try await bench.add("other", in: state == .dead ? .completed : .dead)
        try await bench.add("wanted", in: state)
        let outcome = try await bench.run("list", "--state", state.rawValue, "--json")
        let job = try outcome.out.json()
        #expect(job["id"] == .string("wanted") && job["state"] == .string(state.rawValue))
    }

    @Test func listOfNothingIsNoError() async throws {
        let outcome = try await bench.run("list")
        #expect(outcome.status == 0 && outcome.out == "" && outcome.err == "")
    }

    @Test(arguments: [["list"], ["dlq", "list"], ["rejected", "list"], ["status"]])
    func queueThatIsNoneIsRemarkedOn(command: [String]) async throws {
        try await bench.add("m1", to: bench.directory.queue(QueueName("mail")))
        let outcome = try await bench.run(command + ["--queue", "mial"])
        #expect(outcome.status == 0 && outcome.err == "queuectl: There is no queue \"mial\" yet; did you mean mail?\n")
    }

    @Test func jobInJSONHasEveryField() async throws {
        try await bench.add("job1", in: .completed)
        let job = try await bench.run("list", "--json").out.json()
        let expected = [
            "id", "queue", "command", "argv", "state", "priority", "attempts", "failures", "crash_count", "max_retries",
            "timeout", "run_at", "next_run_at", "created_at", "updated_at", "started_at", "finished_at", "exit_code",
            "error", "worker", "host",
        ]
        #expect(expected.filter { !job.names.contains($0) } == [])
        #expect(job["attempts"] == .number("1") && job["exit_code"] == .number("0") && job["host"] == .string("web-1"))
        #expect(job["updated_at"] == job["finished_at"] && job["updated_at"] != .null)
    }

    @Test func showTellsEverythingAboutADeadJob() async throws {
        try await bench.add("job1", in: .dead)
        let outcome = try await bench.run("show", "job1")
        #expect(outcome.status == 0)
        #expect(
            outcome.out.squeezed == """
                job1  dead
                  next  Nothing, until somebody retries it: queuectl dlq retry job1
                  command  echo hello
                  queue  default
                  priority  5
                  attempts  1, 1 failed, 3 retries allowed
                  timeout  none of its own
                  grace  10s
                  backoff  2^n s, at most 1h
                  created  TIME (AGO)
                  updated  TIME (AGO)
                  started  TIME (AGO), had waited TIME
                  finished  TIME (AGO), took TIME
                  exit code  3
                  reason  exit
                  error  exited with code 3
                  worker  web-1-4711-a1b2c3
                  host  web-1

                ATTEMPT  OUTCOME  STARTED  TOOK  EXIT  HOST  ERROR
                  1  dead  AGO  TIME  3  web-1  exited with code 3
                  waited TIME, pid 4711, CPU 25ms, 12.5MiB at most, exit

                stdout of attempt 1:
                  line 1
                  line 2

                """
        )
    }

    @Test(
        arguments: [
            (.pending, "It waits: no worker serves default. Start one: queuectl worker start"),
            (.scheduled, "It runs first in 59m"),
            (.processing, "It runs until it ends, or for as long as its worker allows."),
            (.completed, "Nothing. It is kept for a while"), (.failed, "Retry 1 of 3 runs in 59m"),
            (.cancelled, "Nothing. It is kept for a while"),
        ] as [(JobState, String)]
    )
    func showSaysWhatHappensNext(state: JobState, next: String) async throws {
        try await bench.add("job1", in: state)
        let said = try await bench.run("show", "job1").lines[1].squeezed
        #expect(said.hasPrefix("  next  \(next)"), "\(said)")
    }

    @Test func showInJSONHasHistoryAndOutput() async throws {
        try await bench.add("job1", in: .completed)
        let job = try await bench.run("show", "job1", "--json").out.json()
        #expect(job["output"]?["stdout"] == .string("line 1\nline 2\n"))
        guard case .array(let history) = job["history"] else { throw CallError(description: "no history") }
        #expect(history.count == 1 && history[0]["outcome"] == .string("completed"))
    }

    @Test(arguments: ["show", "cancel", "delete", "dlq show", "dlq retry", "jobs delete"])
    func unknownJobIsSaidToBeUnknown(command: String) async throws {
        let words = command.split(separator: " ").map(String.init)
        let outcome = try await bench.run(words + ["nope"])
        #expect(outcome.status == 3 && outcome.out == "")
        let verb = words.last ?? ""
        #expect(outcome.err == "queuectl: Cannot \(verb) job nope: there is no such job. See queuectl list\n")
    }

    @Test func jobIsFoundInWhicheverQueueItIs() async throws {
        let mail = try bench.directory.queue(QueueName("mail"))
        try await bench.add("m1", "both", to: mail)
        try await bench.add("both")
        #expect(try await bench.run("cancel", "m1").out == "cancelled m1\n")
        let ambiguous = try await bench.run("cancel", "both")
        #expect(ambiguous.status == 3)
        #expect(
            ambiguous.err
                == "queuectl: Cannot find job both: it is in \"default\" and \"mail\". Say which with --queue\n"
        )
        #expect(try await bench.run("cancel", "both", "--queue", "mail").status == 0)
        #expect(try await bench.job("both").state == .pending)
        #expect(try await bench.job("both", in: mail).state == .cancelled)
    }

    @Test(arguments: [JobState.pending, .scheduled, .failed])
    func cancelEndsAJobThatWaits(state: JobState) async throws {
        try await bench.add("job1", in: state)
        let outcome = try await bench.run("cancel", "job1")
        #expect(outcome.status == 0 && outcome.out == "cancelled job1\n")
        #expect(try await bench.job("job1").state == .cancelled)
    }

    @Test func cancelAsksTheWorkerOfAJobThatRuns() async throws {
        try await bench.add("job1", in: .processing)
        let outcome = try await bench.run("cancel", "job1")
        #expect(outcome.status == 0 && outcome.out == "cancelling job1 (it is running; its worker stops it)\n")
        #expect(try await bench.job("job1").cancelRequested != nil)
    }

    @Test(
        arguments: [
            (.completed, "it has completed already"), (.dead, "it is dead. Delete it, or retry it"),
        ] as [(JobState, String)]
    )
    func cancelDoesNotTouchAJobThatIsOver(state: JobState, reason: String) async throws {
        try await bench.add("job1", in: state)
        let outcome = try await bench.run("cancel", "job1")
        #expect(outcome.status == 3 && outcome.err == "queuectl: Cannot cancel job job1 in \"default\": \(reason)\n")
        #expect(try await bench.job("job1").state == state)
    }

    @Test func severalJobsAreReportedEachForItself() async throws {
        try await bench.add("a", "b")
        let some = try await bench.run("cancel", "a", "nope", "b", "a", "--json")
        #expect(some.status == 1)
        #expect(
            some.out == """
                {"id":"a","queue":"default","result":"cancelled","state":"cancelled","changed":true}
                {"id":"b","queue":"default","result":"cancelled","state":"cancelled","changed":true}

                """
        )
        #expect(try some.err.json()["error"]?["code"] == .string("not_found"))
        #expect(try await bench.run("cancel", "nope", "nowhere").status == 3)
    }

    @Test(arguments: [["jobs", "delete"], ["delete"]])
    func deleteRemovesAJob(command: [String]) async throws {
        try await bench.add("job1", in: .completed)
        let outcome = try await bench.run(command + ["job1"])
        #expect(outcome.status == 0 && outcome.out == "deleted job1\n")
        #expect(try await bench.queue.job(JobID("job1")) == nil)
    }

    @Test func deleteDoesNotTouchAJobThatRuns() async throws {
        try await bench.add("job1", in: .processing)
        let outcome = try await bench.run("jobs", "delete", "job1")
        #expect(outcome.status == 3)
        #expect(
            outcome.err == "queuectl: Cannot delete job job1 in \"default\": it is running. Cancel it first, or wait\n"
        )
        #expect(try await bench.job("job1").state == .processing)
    }
}
