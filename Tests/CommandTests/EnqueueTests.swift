import QueueKit
import Testing

/// `enqueue` with documents and flags.
@Suite struct EnqueueTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test func documentIsAddedAndItsIDAloneIsPrinted() async throws {
        let outcome = try await bench.run("enqueue", #"{"command":"echo Hello"}"#)
        #expect(outcome.status == 0 && outcome.err == "")
        let id = try #require(outcome.lines.first)
        #expect(outcome.lines.count == 1 && id.isULID)
        let job = try await bench.job(id)
        #expect(job.command == .shell("echo Hello") && job.state == .pending && job.maxRetries == 3)
    }

    @Test func chosenIDIsKept() async throws {
        let outcome = try await bench.run("enqueue", #"{"id":"job1","command":"echo hello","max_retries":2}"#)
        #expect(outcome.out == "job1\n" && outcome.status == 0)
        #expect(try await bench.job("job1").maxRetries == 2)
    }

    @Test func sameIDAgainIsRefusedWithItsState() async throws {
        try await bench.add("job1")
        let outcome = try await bench.run("enqueue", #"{"id":"job1","command":"echo other"}"#)
        #expect(outcome.status == 3 && outcome.out == "")
        #expect(
            outcome.err == """
                queuectl: Cannot enqueue job job1 in "default": it exists already (pending). Give another id, or --replace

                """
        )
        #expect(try await bench.job("job1").command == .shell("echo hello"))
    }

    @Test func arrayIsAddedAsAWholeInOrder() async throws {
        let outcome = try await bench.run("enqueue", #"[{"command":"echo a"},{"command":"echo b"}]"#)
        #expect(outcome.status == 0 && outcome.lines.count == 2)
        let commands = try await bench.queue.list(.pending, limit: 10).map { $0.command?.description }
        #expect(commands == ["echo a", "echo b"])
    }

    @Test func flagsSayWhatADocumentCanSay() async throws {
        let outcome = try await bench.run(
            "enqueue",
            "--id",
            "job2",
            "--command",
            "sleep 2",
            "--max-retries",
            "5",
            "--priority",
            "10",
            "--timeout",
            "30s",
            "--queue",
            "default",
            "--backoff-base",
            "1.5",
            "--backoff-cap",
            "1m",
            "--grace",
            "5s",
            "--env",
            "A=1",
            "--env",
            "B=x=y",
            "--cwd",
            "/tmp",
            "--stdin",
            "in",
            "--tag",
            "t1",
            "--tag",
            "t2",
            "--meta",
            #"{"a":1}"#
        )
        #expect(outcome.out == "job2\n" && outcome.status == 0 && outcome.err == "")
        let job = try await bench.job("job2")
        #expect(job.command == .shell("sleep 2") && job.maxRetries == 5 && job.priority == 10)
        #expect(job.timeout == .seconds(30) && job.backoffBase == 1.5 && job.backoffCap == .seconds(60))
        #expect(job.grace == .seconds(5) && job.env == ["A": "1", "B": "x=y"] && job.cwd == "/tmp")
        #expect(job.stdin == "in" && job.tags == ["t1", "t2"] && job.meta == #"{"a":1}"#)
    }

    @Test func flagsSayWhatExitCodesMeanAndWhatItMayTake() async throws {
        let words =
            "--success-code 0 --success-code 3 --fatal-code 4 --snooze-code 75=10m --snooze-code 76=1h "
            + "--retry-on-other-host --memory 512MiB --cpu-seconds 60 --nice 5 --open-files 256"
        let outcome = try await bench.run(
            ["enqueue", "--id", "job2"] + words.split(separator: " ").map(String.init) + ["--", "true"]
        )
        #expect(outcome.out == "job2\n" && outcome.status == 0 && outcome.err == "")
        let job = try await bench.job("job2")
        #expect(job.exitCodes.success == [0, 3] && job.exitCodes.fatal == [4])
        #expect(job.exitCodes.snooze == [75: .seconds(600), 76: .seconds(3600)] && job.retryOnOtherHost)
        #expect(job.memory == 512 << 20 && job.cpuSeconds == 60 && job.nice == 5 && job.openFiles == 256)
        let screen = try await bench.run("show", "job2").out.squeezed
        for line in [
            "success codes  0, 3", "fatal codes  4", "snooze codes  75 for 10m, 76 for 1h", "other host  for retries",
            "limits  memory 512MiB, CPU 60 s, nice 5, 256 open files",
        ] {
            #expect(screen.contains("  \(line)\n"), "\(line)")
        }
    }

    @Test(
        arguments: [
            ("--success-code 256", "--success-code: 256 is out of range; give 0...255"),
            ("--fatal-code x", #"--fatal-code: "x" is not a whole number; give 0...255"#),
            (
                "--fatal-code 0",
                "--fatal-code: 0 means success unless --success-code says otherwise; give --success-code without it"
            ),
            ("--snooze-code 75", #"--snooze-code: "75" has no wait; give a code and a wait, such as 75=10m"#),
            (
                "--snooze-code 75=10",
                #"--snooze-code 75: "10" has no unit; give a code and a wait of up to 30d, such as 75=10m"#
            ),
            ("--snooze-code 75=1m --snooze-code 75=2m", #"--snooze-code: "75=2m" gives a code twice; give each once"#),
            ("--success-code 3 --fatal-code 3", "--fatal-code: 3 is in --success-code too; give each code once"),
            ("--nice 20", "--nice: 20 is out of range; give 0...19"),
            ("--memory 5", "--memory: 5 is out of range; give bytes, or a size such as 512MiB, from 1MiB to 16TiB"),
        ] as [(String, String)]
    )
    func flagsOutOfPlaceAreRefused(words: String, message: String) async throws {
        let outcome = try await bench.run(
            ["enqueue"] + words.split(separator: " ").map(String.init) + ["--command", "true"]
        )
        #expect(outcome.status == 64 && outcome.err.hasPrefix("queuectl: \(message)"), "\(outcome.err)")
    }

    @Test func aSettingThatContradictsAnotherIsRefused() async throws {
        #expect(try await bench.run("config", "set", "fatal-codes", "3,4").status == 0)
        let outcome = try await bench.run("config", "set", "success_codes", "0,3")
        #expect(outcome.status == 64)
        #expect(
            outcome.err.contains(#"fatal-codes: "3,4" has 3, which is in success-codes too; give each code once"#),
            "\(outcome.err)"
        )
        #expect(try await bench.run("config", "get", "success-codes").out == "0\n")
    }

    @Test(arguments: [JobState.pending, .scheduled, .completed, .failed, .dead, .cancelled])
    func replaceTakesThePlaceOfAJobThatIsNotRunning(state: JobState) async throws {
        try await bench.add("job2", in: state)
        let outcome = try await bench.run("enqueue", "--id", "job2", "--command", "sleep 3", "--replace", "--json")
        #expect(outcome.out == #"{"id":"job2","queue":"default","state":"pending","result":"replaced"}"# + "\n")
        #expect(try await bench.job("job2").command == .shell("sleep 3"))
    }

    @Test func replaceDoesNotTouchARunningJob() async throws {
        try await bench.add("job2", in: .processing)
        let outcome = try await bench.run("enqueue", "--id", "job2", "--command", "sleep 3", "--replace")
        #expect(outcome.status == 3)
        #expect(
            outcome.err
                == "queuectl: Cannot enqueue job job2 in \"default\": it is running. Wait, cancel it, or give another id\n"
        )
        #expect(try await bench.job("job2").state == .processing)
    }

    @Test func programIsKeptAsAnArgv() async throws {
        let outcome = try await bench.run("enqueue", "--delay", "10s", "--", "convert", "in file.png", "--out", "$x")
        let job = try await bench.job(try #require(outcome.lines.first))
        #expect(job.command == .argv(["convert", "in file.png", "--out", "$x"]) && job.state == .scheduled)
        let created = try #require(job.createdAt), next = try #require(job.nextRunAt)
        #expect(next.milliseconds - created.milliseconds == 10_000)
    }

    @Test func timeInTheFutureSchedules() async throws {
        let outcome = try await bench.run(
            "enqueue",
            "--run-at",
            "2090-01-01T00:00:00Z",
            "--command",
            "echo later",
            "--json"
        )
        #expect(try outcome.out.json()["state"] == .string("scheduled"))
        let id = try #require(try outcome.out.json()["id"]?.string)
        #expect(try await bench.job(id).nextRunAt?.rfc3339 == "2090-01-01T00:00:00.000Z")
    }

    @Test func queueIsRegisteredByItsFirstJob() async throws {
        try await bench.run("enqueue", "--queue", "mail", "--id", "m1", "--command", "x")
        #expect(try await bench.directory.queues().map(\.text) == ["mail"])
        #expect(try await bench.run("enqueue", "--queue", "mail", #"{"command":"x","queue":"web"}"#).status == 65)
    }

    @Test func configuredDefaultsAreStamped() async throws {
        try await bench.run("config", "set", "max-retries", "7")
        try await bench.run("enqueue", #"{"id":"a","command":"x"}"#)
        #expect(try await bench.job("a").maxRetries == 7)
    }
}
