import Glibc
import QueueKit
import RedisClient
import TestSupport
import Testing

@testable import QueueWorker

@Suite struct OutputTests {
    private func text(_ entries: [LogEntry], _ stream: LogEntry.Stream) -> String {
        String(decoding: entries.filter { $0.stream == stream }.flatMap(\.data), as: UTF8.self)
    }

    @Test func outputIsInRedisWhileTheJobRuns() async throws {
        let workshop = try await Workshop()
        let folder = try TemporaryFolder()
        let command = """
            echo one; echo two >&2; while [ ! -e \(folder.path)/go ]; do sleep 0.02; done
            echo three; while [ ! -e \(folder.path)/end ]; do sleep 0.02; done; echo four
            """
        let id = try await workshop.enqueue([command])[0]
        try await workshop.withWorker { _ in
            try await waitUntil("the first lines are there", within: .seconds(20)) {
                let log = try await workshop.queue.log(of: id, run: 1)
                return text(log, .stdout) == "one\n" && text(log, .stderr) == "two\n"
            }
            try touch("\(folder.path)/go")
            try await waitUntil("the next line is there", within: .seconds(20)) {
                text(try await workshop.queue.log(of: id, run: 1), .stdout) == "one\nthree\n"
            }
            #expect(try await workshop.job(id).state == .processing)
            try touch("\(folder.path)/end")
            try await workshop.wait(for: id, .completed)
        }
        let log = try await workshop.queue.log(of: id, run: 1)
        #expect(text(log, .stdout) == "one\nthree\nfour\n")
        #expect(log.allSatisfy { $0.droppedBytes == 0 })
        #expect(log.map(\.time) == log.map(\.time).sorted())
        let job = try await workshop.job(id)
        for entry in log {
            #expect(job.startedAt ?? .latest <= entry.time && entry.time <= job.finishedAt ?? entry.time)
        }
    }

    /// Bytes that no text holds, of a run that lasts and of one that does not.
    @Test(arguments: ["", "; sleep 0.3"])
    func everyByteIsKept(more: String) async throws {
        let workshop = try await Workshop()
        let command = #"printf 'a\000b\033[31mred\377\376\303no newline'"# + more + #"; printf '\251' >&2"#
        let id = try await workshop.enqueue([command])[0]
        try await workshop.withWorker { _ in try await workshop.wait(for: id, .completed) }
        let log = try await workshop.queue.log(of: id, run: 1)
        let out = Array("a\0b\u{1b}[31mred".utf8) + [0xff, 0xfe, 0xc3] + Array("no newline".utf8)
        #expect(log.filter { $0.stream == .stdout }.flatMap(\.data) == out)
        #expect(log.filter { $0.stream == .stderr }.flatMap(\.data) == [0xa9])
    }

    @Test func aSilentJobWritesNothing() async throws {
        let workshop = try await Workshop(server: RedisServer())
        let ids = try await workshop.enqueue(["true", "sleep 0.2"])
        try await workshop.withWorker { _ in
            for id in ids { try await workshop.wait(for: id, .completed) }
        }
        let statistics = try await workshop.redis.send(RedisCommand("INFO", "commandstats")).string ?? ""
        #expect(statistics.contains("cmdstat_hset:") && !statistics.contains("cmdstat_xadd:"))
        #expect(try await workshop.redis.send(RedisCommand("KEYS", "*log:*")).array?.isEmpty == true)
    }

    @Test func beginningAndEndAreKeptAndTheRestIsCounted() async throws {
        let workshop = try await Workshop(settings: [.outputCap: "4KiB"])
        // Slow enough to be sent in many pieces.
        let id = try await workshop.enqueue([
            "for i in 1 2 3 4 5 6 7 8 9; do seq 1 2000; sleep 0.06; done; echo end >&2"
        ])[0]
        try await workshop.withWorker { _ in try await workshop.wait(for: id, .completed) }
        let log = try await workshop.queue.log(of: id, run: 1)
        let all = (0..<9).flatMap { _ in (1...2000).flatMap { Array("\($0)\n".utf8) } }
        let out = log.filter { $0.stream == .stdout }
        let kept = out.reduce(0) { $0 + $1.data.count }
        #expect(kept <= 4096 && kept > 3500)
        #expect(kept + out.reduce(0) { $0 + $1.droppedBytes } == all.count)
        for entry in out { #expect(entry.data == Array(all[entry.offset..<entry.offset + entry.data.count])) }
        #expect(out.first?.offset == 0 && out.map { $0.offset + $0.data.count }.max() == all.count)
        #expect(text(log, .stderr) == "end\n")
    }

    /// Also when that line went to Redis long before the end.
    @Test(arguments: ["", "sleep 0.4; "])
    func theErrorTellsTheLastLineOfStderr(pause: String) async throws {
        let workshop = try await Workshop()
        let command = "echo cause >&2; echo noise; \(pause)exit 3"
        let id = try await workshop.enqueue([command]) { $0.maxRetries = 0 }[0]
        try await workshop.withWorker { _ in try await workshop.wait(for: id, .dead) }
        #expect(try await workshop.job(id).error == "exited with code 3: cause")
    }

    @Test func whoFollowsGetsEverythingBeforeTheEnd() async throws {
        let workshop = try await Workshop()
        let ids = try await workshop.enqueue((0..<40).map { "echo a; \($0 % 2 == 0 ? "" : "sleep 0.1;") echo b >&2" })
        try await workshop.withWorker { _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for id in ids {
                    group.addTask {
                        var told: [String] = []
                        for try await event in workshop.queue.follow(id, .all) {
                            switch event {
                            case .output(let entry): told.append(String(decoding: entry.data, as: UTF8.self))
                            case .jobEnded(let job): told.append(job?.state?.rawValue ?? "gone")
                            case .attemptBegan, .attemptEnded, .caughtUp: break
                            }
                        }
                        #expect(told == ["a\n", "b\n", "completed"])
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    /// Output gives way, and the job does not.
    @Test func withoutMemoryInRedisOutputHasGapsAndTheJobGoesOn() async throws {
        let workshop = try await Workshop(server: RedisServer())
        let folder = try TemporaryFolder()
        let command = """
            echo one; sleep 0.3; while [ ! -e \(folder.path)/go ]; do echo lost; sleep 0.02; done
            while [ ! -e \(folder.path)/end ]; do sleep 0.02; done; echo last
            """
        let id = try await workshop.enqueue([command])[0]
        try await workshop.withWorker { running in
            try await waitUntil("the first line is there", within: .seconds(20)) {
                try await !workshop.queue.log(of: id, run: 1).isEmpty
            }
            _ = try await workshop.redis.send(RedisCommand("CONFIG", "SET", "maxmemory", "1"))
            try await waitUntil("the worker tells of it", within: .seconds(20)) {
                running.events.count { if case .trouble(_, let text) = $0 { text.contains("output") } else { false } }
                    == 1
            }
            try touch("\(folder.path)/go")
            try await Task.sleep(for: .milliseconds(300))
            _ = try await workshop.redis.send(RedisCommand("CONFIG", "SET", "maxmemory", "0"))
            try touch("\(folder.path)/end")
            try await workshop.wait(for: id, .completed)
        }
        let log = try await workshop.queue.log(of: id, run: 1)
        #expect(text(log, .stdout).hasPrefix("one\n") && text(log, .stdout).hasSuffix("last\n"))
        #expect(log.contains { $0.droppedBytes > 0 })
        #expect(try await workshop.job(id).run == 1)
    }

    /// Redis is frozen in the middle of a run: what is kept is exact, and the last line is there.
    @Test func aRedisThatIsAwayMakesGapsAtMost() async throws {
        let workshop = try await Workshop(server: RedisServer())
        let id = try await workshop.enqueue(["seq 1 20; sleep 1; seq 21 40; sleep 1; seq 41 60"])[0]
        try await workshop.withWorker { _ in
            try await waitUntil("the first lines are there", within: .seconds(20)) {
                try await !workshop.queue.log(of: id, run: 1).isEmpty
            }
            workshop.server.freeze()
            try await Task.sleep(for: .seconds(1.5))
            workshop.server.thaw()
            try await workshop.wait(for: id, .completed)
        }
        let log = try await workshop.queue.log(of: id, run: 1)
        let all = (1...60).flatMap { Array("\($0)\n".utf8) }
        for entry in log { #expect(entry.data == Array(all[entry.offset..<entry.offset + entry.data.count])) }
        #expect(log.reduce(0) { $0 + $1.data.count + $1.droppedBytes } == all.count)
        #expect(text(log, .stdout).hasPrefix("1\n2\n") && text(log, .stdout).hasSuffix("59\n60\n"))
    }

    @Test func aJobThatIsAnothersGetsNoMoreOutput() async throws {
        let workshop = try await Workshop(settings: [.lease: "30s"])
        let id = try await workshop.enqueue(["echo one; sleep 0.5; echo two; sleep 0.5; echo three; sleep 60"])[0]
        try await workshop.withWorker { running in
            try await waitUntil("the first line is there", within: .seconds(20)) {
                try await !workshop.queue.log(of: id, run: 1).isEmpty
            }
            _ = try await workshop.redis.send(
                RedisCommand("HSET", workshop.queue.keys.job(id), "token", "other-1-x.1")
            )
            try await Task.sleep(for: .seconds(1.5))
            #expect(text(try await workshop.queue.log(of: id, run: 1), .stdout) == "one\n")
            try await running.stop(.now)
        }
    }

    private func touch(_ path: String) throws {
        let file = try #require(fopen(path, "w"))
        fclose(file)
    }
}
