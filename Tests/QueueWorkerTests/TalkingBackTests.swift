import Glibc
import QueueKit
import RedisClient
import Synchronization
import TestSupport
import Testing

@testable import QueueWorker

/// Jobs that tell of themselves, from the line they write to what stands in Redis.
@Suite struct TalkingBackTests {
    @Test func progressIsSeenWhileTheJobRuns() async throws {
        let shop = try await Workshop()
        let folder = try TemporaryFolder()
        let go = "\(folder.path)/go"
        let id = try await shop.enqueue([
            // Open both ways, or the second read might find the end that the first writer is about to make.
            "mkfifo \(go); exec 3<>\(go); echo progress 40 encoding > $QUEUECTL_CONTROL; read x <&3; echo progress 80 > $QUEUECTL_CONTROL; read x <&3"
        ])[0]
        try await shop.withWorker { _ in
            try await waitUntil("40 % are seen", within: .seconds(20)) { try await shop.job(id).progress == 40 }
            #expect(try await shop.job(id).progressText == "encoding")
            #expect(try await shop.job(id).state == .processing)
            try write("x\n", to: go)
            try await waitUntil("80 % are seen", within: .seconds(20)) { try await shop.job(id).progress == 80 }
            #expect(try await shop.job(id).progressText == nil)
            try write("x\n", to: go)
            let job = try await shop.wait(for: id, .completed)
            #expect(job.progress == 80)
        }
    }

    @Test func theLastProgressAndTheResultAreThereWhenTheJobHasEnded() async throws {
        let shop = try await Workshop()
        let ids = try await shop.enqueue(
            (0..<20).map {
                "for n in 10 50 100; do echo progress $n step $n; done > $QUEUECTL_CONTROL; printf 'result {\"n\":\($0)}' > $QUEUECTL_CONTROL"
            }
        )
        try await shop.withWorker { _ in
            for (number, id) in ids.enumerated() {
                let job = try await shop.wait(for: id, .completed)
                #expect(job.progress == 100 && job.progressText == "step 100")
                #expect(job.result == "{\"n\":\(number)}")
            }
        }
    }

    @Test func fatalIsTheEndWhateverTheExitCode() async throws {
        let shop = try await Workshop()
        let ids = try await shop.enqueue([
            "echo fatal no such user > $QUEUECTL_CONTROL", "echo fatal no such user > $QUEUECTL_CONTROL; exit 3",
        ])
        try await shop.withWorker { _ in
            for (id, code) in zip(ids, [0, 3]) {
                let job = try await shop.wait(for: id, .dead)
                #expect(job.reason == "fatal" && job.error == "no such user" && job.exitCode == code)
                #expect(job.run == 1 && job.failures == 1)
            }
        }
    }

    @Test func aFailingRunSaysWhatWentWrongAndWhenToTryAgain() async throws {
        let shop = try await Workshop()
        let id = try await shop.enqueue([
            "echo noise >&2; { echo error the API is closed; echo retry-after 10m; } > $QUEUECTL_CONTROL; exit 7"
        ])[0]
        let job = try await shop.withWorker { _ in try await shop.wait(for: id, .failed) }
        #expect(job.error == "the API is closed" && job.reason == "exit" && job.exitCode == 7)
        let wait = try #require(job.nextRunAt).milliseconds - (try #require(job.finishedAt)).milliseconds
        #expect(wait == 600_000)
        #expect(try await shop.queue.attempts(of: id).first?.delay == .seconds(600))
    }

    @Test func aRunDoesNotHearTheOneBeforeIt() async throws {
        let shop = try await Workshop()
        let id = try await shop.enqueue([
            "test $QUEUECTL_ATTEMPT = 2 && exit 3; { echo progress 70 x; echo result 1; echo error first; } > $QUEUECTL_CONTROL; exit 1"
        ]) {
            $0.maxRetries = 1
            $0.backoffCap = .zero
        }[0]
        let job = try await shop.withWorker(slots: 1) { _ in try await shop.wait(for: id, .dead) }
        #expect(job.progress == nil && job.progressText == nil && job.result == nil)
        #expect(job.error == "exited with code 3")
    }

    @Test func aResultMayHave64KiB() async throws {
        let shop = try await Workshop()
        let id = try await shop.enqueue([
            "{ printf 'result \"'; head -c 65534 /dev/zero | tr '\\0' x; echo '\"'; } > $QUEUECTL_CONTROL"
        ])[0]
        let job = try await shop.withWorker { _ in try await shop.wait(for: id, .completed) }
        #expect(job.result?.utf8.count == 65_536)
    }

    @Test(arguments: [
        ("progres 40", "\"progres\" is not what a job can tell"), ("progress 400", "out of range"),
        ("result {", "not valid JSON"), ("$(head -c 70000 /dev/zero | tr '\\0' x)", "a line has 70000 bytes"),
    ])
    func nonsenseIsLeftOutAndTold(line: String, reason: String) async throws {
        let shop = try await Workshop()
        let id = try await shop.enqueue([
            "{ echo \"\(line.replacing("\"", with: "\\\""))\"; echo more nonsense; echo progress 7; } > $QUEUECTL_CONTROL"
        ])[0]
        try await shop.withWorker { running in
            let job = try await shop.wait(for: id, .completed)
            #expect(job.progress == 7 && job.result == nil)
            let told = running.events.all.compactMap { event -> String? in
                if case .noteRefused(_, let why) = event { why } else { nil }
            }
            #expect(told.count == 1 && told[0].contains(reason), "\(told)")
        }
    }

    @Test(arguments: [("yes progress 50 a flood", 50), ("cat /dev/zero", nil), ("yes ''", nil)])
    func aFloodChangesNothingForTheOthers(flooding: String, progress: Int?) async throws {
        // A server of its own: its calls are counted.
        let shop = try await Workshop(server: try RedisServer(), settings: [.lease: "2s"])
        let flood = try await shop.enqueue(["exec \(flooding) > $QUEUECTL_CONTROL"])[0]
        try await shop.withWorker(slots: 2) { running in
            try await shop.wait(for: flood, .processing)
            let before = try await scriptCalls(shop)
            let began = ContinuousClock.now
            let others = try await shop.enqueue((0..<20).map { _ in "sleep 0.1; echo progress 9 > $QUEUECTL_CONTROL" })
            for id in others { #expect(try await shop.wait(for: id, .completed).progress == 9) }
            try await Task.sleep(for: .seconds(max(0, 4 - (ContinuousClock.now - began).seconds)))
            // Two leases long: it still holds its own.
            let job = try await shop.job(flood)
            #expect(job.state == .processing && job.run == 1 && job.progress == progress)
            let length = (ContinuousClock.now - began).seconds
            // Claims and settles of the others, heartbeats, and at most four reports a second.
            let used = try await scriptCalls(shop) - before
            #expect(used > 20 && Double(used) < 200 + length * 10, "\(used) calls in \(length) s")
            #expect(running.events.count { if case .fenced = $0 { true } else { false } } == 0)
            _ = try await shop.queue.cancel([flood])
            try await shop.wait(for: flood, .cancelled)
        }
    }

    @Test func whatWasToldDuringAnOutageArrives() async throws {
        let server = try RedisServer(.init(appendOnly: true, configuration: ["appendfsync always"]))
        let shop = try await Workshop(server: server)
        let folder = try TemporaryFolder()
        let ids = try await shop.enqueue([
            "echo progress 10 > $QUEUECTL_CONTROL; until test -e \(folder.path)/away; do sleep 0.05; done; "
                + "{ echo progress 60 on its own; echo result '[true]'; } > $QUEUECTL_CONTROL; touch \(folder.path)/told",
            "until test -e \(folder.path)/away; do sleep 0.05; done; echo progress 30 > $QUEUECTL_CONTROL; exec sleep 300",
        ])
        try await shop.withWorker { running in
            try await waitUntil("10 % are seen") { try await shop.job(ids[0]).progress == 10 }
            server.kill9()
            try write("", to: "\(folder.path)/away")
            try await waitUntil("it has told", within: .seconds(20)) { access("\(folder.path)/told", F_OK) == 0 }
            try server.restart()
            let job = try await shop.wait(for: ids[0], .completed)
            #expect(job.progress == 60 && job.progressText == "on its own" && job.result == "[true]" && job.run == 1)
            try await waitUntil("30 % are seen", within: .seconds(20)) { try await shop.job(ids[1]).progress == 30 }
            try await running.stop(.now)
        }
    }

    @Test func aWorkerThatHasLostTheJobChangesNothing() async throws {
        let shop = try await Workshop()
        let folder = try TemporaryFolder()
        let id = try await shop.enqueue([
            "until test -e \(folder.path)/go; do sleep 0.05; done; "
                + "{ echo progress 99 stale; echo result 99; echo fatal stale; } > $QUEUECTL_CONTROL; sleep 0.5"
        ])[0]
        try await shop.withWorker { running in
            try await shop.wait(for: id, .processing)
            // As if another worker had been given it.
            let key = shop.queue.keys.job(id)
            _ = try await shop.redis.send(.init("HSET", key, "token", "other-1-x.1"))
            try write("", to: "\(folder.path)/go")
            try await waitUntil("the run is over", within: .seconds(20)) {
                running.events.count { if case .stale = $0 { true } else { false } } == 1
            }
            let job = try await shop.job(id)
            #expect(job.state == .processing && job.progress == nil && job.result == nil && job.error == nil)
        }
    }

    @Test func handlersReportToo() async throws {
        let shop = try await Workshop()
        let ids = try await shop.enqueue(["good", "bad", "pretty", "late"])
        let late = Mutex<RunContext?>(nil)
        let executor = HandlerExecutor { job, context in
            switch job.command {
            case .shell("good"):
                context.report(.progress(100, "done"))
                context.report(.result("{ \"n\" : 1 }"))
            case .shell("bad"):
                context.report(.fatal("no such user"))
            case .shell("late"):
                late.withLock { $0 = context }
            default:
                context.report(.progress(101))
            }
        }
        try await shop.withWorker(executor: executor) { running in
            let good = try await shop.wait(for: ids[0], .completed)
            #expect(good.progress == 100 && good.progressText == "done" && good.result == "{\"n\":1}")
            let bad = try await shop.wait(for: ids[1], .dead)
            #expect(bad.reason == "fatal" && bad.error == "no such user")
            try await shop.wait(for: ids[2], .completed)
            #expect(running.events.count { if case .noteRefused = $0 { true } else { false } } == 1)
            try await shop.wait(for: ids[3], .completed)
            late.withLock { $0 }?.report(.progress(5))
        }
        #expect(try await shop.job(ids[3]).progress == nil)
    }

    /// How many transitions the server has run.
    private func scriptCalls(_ shop: Workshop) async throws -> Int {
        let reply = try await shop.redis.send(.init("INFO", "commandstats"))
        let lines = (reply.string ?? "").split { $0.isNewline }
        let line = try #require(lines.first { $0.hasPrefix("cmdstat_evalsha:calls=") })
        return try #require(Int(line.split(separator: "=")[1].prefix { $0.isNumber }))
    }
}

extension Duration {
    fileprivate var seconds: Double { Double(wholeMilliseconds) / 1000 }
}

/// Writes to a file, or to a pipe as soon as somebody reads it.
private func write(_ text: String, to path: String) throws {
    let file = try #require(fopen(path, "w"), "\(path)")
    fputs(text, file)
    fclose(file)
}
