import QueueKit
import RedisClient
import TestSupport
import Testing

/// `signal`, and `pause` and `resume` of jobs.
@Suite struct SteerCommandTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test func aRunningJobIsPausedAndThatIsSeen() async throws {
        try await bench.add("job1", in: .processing)
        #expect(try await bench.run("pause", "job1").out == "paused job1\n")
        #expect(try await bench.run("pause", "job1", "--queue", "default").out == "job1 is paused already\n")
        #expect(try await bench.run("list").out.contains("job1\tprocessing (paused)\t"))
        let shown = try await bench.run("show", "job1")
        #expect(shown.lines[0] == "job1  processing (paused)")
        #expect(shown.out.contains("It goes on when somebody resumes it: queuectl resume job1"))
        #expect(try await bench.run("show", "job1", "--json").out.json()["paused_at"]?.string != nil)
        #expect(
            try await bench.run("resume", "job1", "--json").out
                == #"{"id":"job1","queue":"default","result":"resumed","state":"processing","changed":true}"# + "\n"
        )
        #expect(try await bench.run("resume", "job1").out == "job1 is not paused\n")
        #expect(try await bench.run("resume", "job1", "--json").out.json()["changed"] == .bool(false))
        #expect(try await bench.run("list", "--json").out.json()["paused_at"] == .null)
        #expect(try await bench.queue.status(heartbeat: .seconds(10)).pausedSince == nil)
    }

    @Test func aNameThatIsNoJobIsAQueue() async throws {
        try await bench.add("m1", in: .processing, to: bench.directory.queue(QueueName("mail")))
        #expect(try await bench.run("pause", "mail", "m1").out == "paused mail\npaused m1\n")
        #expect(try await bench.run("resume", "mail").out == "resumed mail\n")
        #expect(try await bench.run("pause", "default").out == "paused default\n")
        // A job comes first.
        try await bench.add("mail", in: .processing, to: bench.directory.queue(QueueName("web")))
        #expect(try await bench.run("pause", "mail").out == "paused mail\n")
        #expect(try await bench.job("mail", in: bench.directory.queue(QueueName("web"))).pausedAt != nil)
        for (name, advice) in [
            ("maill", "; did you mean mail?"),
            ("nosuch", ". One that is still to come: queuectl queue pause NAME --create"),
        ] {
            let problem = "Cannot pause \(name): there is neither a job nor a queue of that name\(advice)"
            try await bench.refuses(Refusal("pause \(name)", 3, problem))
        }
        #expect(try await !bench.directory.queues().map(\.text).contains("maill"))
    }

    @Test(arguments: JobState.allCases.filter { $0 != .processing })
    func aJobThatDoesNotRunIsRefused(state: JobState) async throws {
        try await bench.add("job1", in: state)
        for verb in ["pause", "resume"] {
            let outcome = try await bench.run(verb, "job1")
            #expect(outcome.status == 3 && outcome.out == "")
            #expect(
                outcome.err
                    == "queuectl: Cannot \(verb) job job1 in \"default\": it does not run, it is \(state). A whole queue: queuectl queue \(verb) NAME\n"
            )
        }
        let signal = try await bench.run("signal", "job1", "HUP")
        #expect(signal.status == 3)
        #expect(signal.err == "queuectl: Cannot signal job job1 in \"default\": it does not run, it is \(state)\n")
    }

    @Test func aWorkerThatDoesNotListenIsTold() async throws {
        try await bench.add("job1", in: .processing)
        let outcome = try await bench.run("signal", "job1", "HUP")
        #expect(outcome.status == 1)
        #expect(
            outcome.err
                == "queuectl: Cannot signal job job1 in \"default\": its worker cannot be reached. Try again, or see queuectl worker list\n"
        )
    }

    @Test(arguments: [("HUP", 1), ("sigusr1", 10), ("15", 15), ("SIGKILL", 9), ("64", 64)])
    func aSignalIsANameOrANumber(signal: String, number: Int) async throws {
        try await bench.add("job1", in: .processing)
        let token = try #require(try await bench.job("job1").token)
        let channel = bench.directory.controlChannel(of: token.worker)
        let subscription = try RedisSubscription(bench.server.configuration, channels: [channel])
        var events = subscription.messages.makeAsyncIterator()
        #expect(await events.next() == .subscribed)
        let outcome = try await bench.run("signal", "job1", signal, "--json")
        #expect(outcome.status == 0)
        #expect(try outcome.out.json()["signal"] == .number(String(number)))
        let message = Array("signal default job1 \(token) \(number)".utf8)
        #expect(await events.next() == .message(channel: channel, payload: message))
    }

    @Test(arguments: ["NOPE", "0", "65", "-1", "", "SIG", "1.5", "HUP2"])
    func whatIsNoSignalIsRefused(signal: String) async throws {
        let outcome = try await bench.run(["signal", "job1", signal])
        #expect(outcome.status == 64 && outcome.out == "", "\(outcome.err)")
    }

    @Test func unknownJobsAreSaidToBe() async throws {
        let outcome = try await bench.run("signal", "nope", "HUP")
        #expect(outcome.status == 3)
        #expect(outcome.err == "queuectl: Cannot signal job nope: there is no such job. See queuectl list\n")
    }
}
