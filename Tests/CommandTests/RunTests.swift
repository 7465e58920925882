import QueueKit
import TestSupport
import Testing

/// `run`: a command by way of the queue, as if it ran here.
@Suite struct RunTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test func outputAndCodeAreThoseOfTheCommand() async throws {
        let outcome = try await bench.besideWorker("queuectl run -- sh -c 'echo out; echo err >&2; exit 7'")
        #expect(outcome.status == 7 && outcome.out == "out\n" && outcome.err == "err\n")
    }

    @Test(
        arguments: [
            ("-- true", 0, ""), ("-- sh -c 'kill -9 $$'", 137, ""),
            ("--timeout 200ms -- sleep 30", 124, "timed out after 200ms"),
            ("-- no-such-program", 127, "cannot start \"no-such-program\": no such file or directory"),
            ("-- /etc/passwd", 126, "cannot start \"/etc/passwd\": permission denied"),
            ("--success-code 3 -- sh -c 'exit 3'", 0, ""), ("--command 'exit 9'", 9, ""),
        ] as [(String, Int32, String)]
    )
    func itEndsAsAShellWouldSayOfTheCommand(arguments: String, status: Int32, says: String) async throws {
        let outcome = try await bench.besideWorker("queuectl run --grace 1s \(arguments)")
        #expect(outcome.status == status, "\(outcome)")
        #expect(says.isEmpty ? outcome.err.isEmpty : outcome.err.contains(says), "\(outcome)")
    }

    @Test func itTakesTheCommandsPlaceInAPipeline() async throws {
        let sorted = try await bench.besideWorker("printf 'b\\na\\n' | queuectl run -i -- sort | head -1")
        #expect(sorted.status == 0 && sorted.out == "a\n" && sorted.err == "")
        let bytes = try await bench.besideWorker("queuectl run -- printf '\\000\\377\\033x' | od -An -tx1")
        #expect(bytes.out == " 00 ff 1b 78\n")
        // Without -i our input is not the job's.
        let nothing = try await bench.besideWorker("echo text | queuectl run -- cat")
        #expect(nothing.status == 0 && nothing.out == "")
    }

    @Test func aReaderThatGoesAwayEndsIt() async throws {
        let outcome = try await bench.besideWorker(
            "{ queuectl run --id job1 -- sh -c 'while :; do echo y; sleep 0.05; done'; echo $? >&2; } | head -1"
        )
        #expect(outcome.out == "y\n" && outcome.err == "141\n")
        #expect(try await bench.job("job1").state == .cancelled)
    }

    /// The job says goodbye when it is stopped: that is waited for.
    @Test(arguments: [("INT", 130), ("TERM", 143)])
    func aSignalCancelsTheJobAndWaitsForItsEnd(signal: String, status: Int32) async throws {
        let outcome = try await bench.besideWorker(
            """
            : >out
            queuectl run --id job1 -- sh -c 'trap "echo bye; exit 3" TERM; echo ready; while :; do sleep 0.1; done' >>out &
            run=$!
            while ! grep -q ready out; do sleep 0.05; done
            kill -\(signal) $run
            wait $run; code=$?; cat out; (exit $code)
            """
        )
        #expect(outcome.status == status && outcome.out == "ready\nbye\n", "\(outcome)")
        #expect(outcome.err.hasPrefix("queuectl: Cancelling job job1. Once more leaves it\n"))
        #expect(try await bench.job("job1").state == .cancelled)
    }

    @Test func aSecondSignalLeavesItAndSaysHowToFindIt() async throws {
        let outcome = try await bench.besideWorker(
            """
            : >out
            queuectl run --id job1 --grace 20s -- sh -c 'trap "echo stubborn" TERM; echo ready; while :; do sleep 0.1; done' >>out &
            run=$!
            while ! grep -q ready out; do sleep 0.05; done
            kill -INT $run
            while ! grep -q stubborn out; do sleep 0.05; done
            kill -INT $run
            wait $run; code=$?
            queuectl list --state processing -q
            kill -TERM $worker
            (exit $code)
            """
        )
        #expect(outcome.status == 130 && outcome.out == "job1\n", "\(outcome)")
        #expect(
            outcome.err.contains("Left job job1. It is being cancelled: queuectl logs -f job1, queuectl cancel job1\n")
        )
    }

    @Test func aRetryIsMadeOnlyIfAskedFor() async throws {
        let once = try await bench.besideWorker("queuectl run -- sh -c 'echo try; exit 1'")
        #expect(once.status == 1 && once.out == "try\n")
        let twice = try await bench.besideWorker(
            "queuectl run --max-retries 1 --backoff-cap 0s -- sh -c 'echo try; exit $((3 - QUEUECTL_ATTEMPT))'"
        )
        #expect(twice.status == 1 && twice.out == "try\ntry\n", "\(twice)")
    }

    @Test func whatIsMissingToRunItIsRemarkedOn() async throws {
        let outcome = try await bench.shell(
            """
            : >err
            queuectl run --id job1 -- true 2>>err &
            while ! grep -q job err; do sleep 0.05; done
            queuectl cancel job1 -q
            wait $!; code=$?; cat err; exit $code
            """
        )
        #expect(outcome.status == 1)
        #expect(
            outcome.lines == [
                "job1", "queuectl: No worker serves default; the job waits. Start one: queuectl worker start",
                "queuectl: job job1: cancelled",
            ]
        )
    }

    @Test func whatTheJobSaysOfItsFailureIsToldToo() async throws {
        let told = #"echo error the disk is full > "$QUEUECTL_CONTROL""#
        for (ending, status) in [("exit 3", 3), ("kill -9 $$", 137)] as [(String, Int32)] {
            let id = "job\(status)"
            let outcome = try await bench.besideWorker("queuectl run --id \(id) -- sh -c '\(told); \(ending)'")
            #expect(outcome.status == status && outcome.err == "queuectl: job \(id): the disk is full\n", "\(outcome)")
        }
    }

    @Test func inJSONTheJobComesLastOnStderr() async throws {
        let outcome = try await bench.besideWorker("queuectl run --json --id job1 -- sh -c 'echo out; exit 5'")
        #expect(outcome.status == 5 && outcome.out == "out\n")
        let job = try outcome.err.json()
        #expect(job["id"] == .string("job1") && job["exit_code"] == .number("5"))
    }

    @Test(
        arguments: [
            (["run"], "There is nothing to run: give a program behind --, --command or --task"),
            (["run", "ls"], "\"ls\" stands before --; put the program behind it: queuectl run -- PROGRAM"),
            (["run", "--priority", "11", "--", "true"], "--priority: 11"),
            (["run", "-i", "--stdin", "x", "--", "cat"], "Give -i or --stdin, but not both"),
            (["run", "--nonsense", "--", "true"], "Unknown option '--nonsense'"),
            (["run", "--redis", "unix:///nowhere/redis.sock", "--", "true"], "Cannot register the queue"),
        ] as [([String], String)]
    )
    func whatIsQueuectlsOwnFaultIs125(arguments: [String], says: String) async throws {
        let outcome = try await bench.run(arguments)
        #expect(outcome.status == 125 && outcome.out == "" && outcome.err.contains(says), "\(outcome.err)")
        #expect(try await bench.redis.send(.init("EXISTS", bench.queue.keys.counts)).int == 0)
    }

    @Test func inputThatNoJobCanHoldIsRefused() async throws {
        let binary = try await bench.shell("printf '\\377' | queuectl run -i -- cat")
        #expect(binary.status == 125 && binary.err.contains("-i: standard input is not UTF-8"))
        let large = try await bench.shell("head -c 2000000 /dev/zero | tr '\\0' x | queuectl run -i -- cat")
        #expect(large.status == 125 && large.err.contains("-i: standard input has more than 1MiB"), "\(large.err)")
        try await bench.add("job1")
        let exists = try await bench.run("run", "--id", "job1", "--", "true")
        #expect(exists.status == 125 && exists.err.contains("it exists already (pending)"))
    }
}
