import Glibc
import RedisClient
import Synchronization
import TestSupport
import Testing

@testable import QueueKit
@testable import QueueWorker

/// What reaches a job that runs: signals, pauses, cancels.
@Suite struct SteeringTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func wrote(_ name: String) -> [String] { readLines("\(folder.path)/\(name)") }

    @Test func aSignalReachesTheJob() async throws {
        let shop = try await Workshop()
        let script =
            "trap 'echo got HUP >\(folder.path)/got; exit 0' HUP; echo ready >\(folder.path)/ready; while :; do sleep 0.1; done"
        let id = try await shop.enqueue([script])[0]
        try await shop.withWorker { running in
            try await waitUntil("the job is ready") { wrote("ready") == ["ready"] }
            #expect(try await shop.queue.signal(id, 1) == .sent)
            try await shop.wait(for: id, .completed)
            #expect(wrote("got") == ["got HUP"])
            #expect(running.events.count { if case .signalled = $0 { true } else { false } } == 1)
        }
    }

    @Test func aSignalForAnotherRunIsNotPassedOn() async throws {
        let shop = try await Workshop()
        let id = try await shop.enqueue(["sleep 300"])[0]
        try await shop.withWorker { running in
            try await shop.wait(for: id, .processing)
            let channel = shop.directory.controlChannel(of: running.worker.id)
            let stale = JobToken(worker: running.worker.id, request: 9_999_999)
            for text in [
                "signal default \(id) \(stale) 9", "signal default \(id) 9", "signal default \(id) x 9", "\u{0}",
            ] {
                _ = try await shop.redis.send(RedisCommand("PUBLISH", channel, text))
            }
            #expect(try await shop.queue.signal(id, 15) == .sent)
            // Messages are heard in order: it was this one.
            let job = try await shop.wait(for: id, .failed)
            #expect(job.signal == 15)
        }
    }

    @Test func aPausedJobStandsStillWithItsLeaseAndGoesOn() async throws {
        let shop = try await Workshop(settings: [.lease: "3s"])
        let pidFile = "\(folder.path)/pid"
        let id = try await shop.enqueue(["echo $$ >\(pidFile); while [ ! -e \(folder.path)/end ]; do sleep 0.05; done"]
        )[0]
        try await shop.withWorker { running in
            try await waitUntil("the job runs") { !wrote("pid").isEmpty }
            let pid = try #require(wrote("pid").first.flatMap { pid_t($0) })
            #expect(try await shop.queue.pause([id]) == [.done(.processing)])
            try await waitUntil("it stands still", within: .seconds(2)) { isHalted(pid) }
            // Longer than a lease.
            try await Task.sleep(for: .seconds(4))
            let job = try await shop.job(id)
            #expect(job.state == .processing && job.run == 1 && job.pausedAt != nil && isHalted(pid))
            #expect(try await shop.queue.resume([id]) == [.done(.processing)])
            try await waitUntil("it goes on", within: .seconds(2)) { !isHalted(pid) }
            close(open("\(folder.path)/end", O_CREAT | O_WRONLY, 0o600))
            #expect(try await shop.wait(for: id, .completed).pausedAt == nil)
            #expect(running.events.count { if case .paused = $0 { true } else { false } } == 1)
            #expect(running.events.count { if case .unpaused = $0 { true } else { false } } == 1)
        }
    }

    @Test func aPausedJobIsCancelledLikeAnyOther() async throws {
        let shop = try await Workshop()
        let id = try await shop.enqueue(["echo $$ >\(folder.path)/pid; sleep 300"])[0]
        try await shop.withWorker { _ in
            try await waitUntil("the job runs") { !wrote("pid").isEmpty }
            let pid = try #require(wrote("pid").first.flatMap { pid_t($0) })
            _ = try await shop.queue.pause([id])
            try await waitUntil("it stands still") { isHalted(pid) }
            let began = ContinuousClock.now
            _ = try await shop.queue.cancel([id])
            try await shop.wait(for: id, .cancelled)
            #expect(ContinuousClock.now - began < .seconds(2))
            #expect(!isAlive(pid))
        }
    }

    /// The message may come before the answer to the claim: the next heartbeat would be too late.
    @Test func aWishThatComesBeforeItsJobIsNotForgotten() throws {
        let held = HeldJobs()
        let beats = Mutex(0)
        held.whenExpectedComes { beats.withLock { $0 += 1 } }
        func job(_ text: String) throws -> ClaimedJob {
            let job = Job(id: try JobID(text), queue: .default, fields: [("state", Array("processing".utf8))])
            return ClaimedJob(job: job, token: JobToken(worker: .ofThisProcess(), request: 1), claimedAt: .now())
        }
        held.expect(HeldJobs.Key(queue: .default, id: try JobID("a")))
        held.add(try job("b"), fenceAt: .now() + .seconds(10))
        #expect(beats.withLock { $0 } == 0)
        held.add(try job("a"), fenceAt: .now() + .seconds(10))
        #expect(beats.withLock { $0 } == 1)
        held.add(try job("a"), fenceAt: .now() + .seconds(10))
        #expect(beats.withLock { $0 } == 1)
    }

    /// Jobs that end about when they are cancelled: each ends once, and none runs again.
    @Test func aCancelNeverMeansARetry() async throws {
        let shop = try await Workshop()
        var ends: [JobState: Int] = [:]
        try await shop.withWorker { _ in
            for number in 0..<40 {
                let command = "echo $QUEUECTL_JOB_ID >>\(folder.path)/ran; sleep 0.0\(number % 5); exit \(number % 2)"
                let id = try await shop.enqueue([command]) { $0.backoffCap = .zero }[0]
                let began = try JobWait([.init(id, in: .default)], for: JobGoal([.processing]), in: shop.directory)
                _ = try await began.run { _ in }
                try await Task.sleep(for: .milliseconds(number))
                let answer = try await shop.queue.cancel([id])[0]
                try await waitUntil("it is over") { try await shop.job(id).state?.isFinal == true }
                let job = try await shop.job(id)
                if case .wrongState(let state) = answer { #expect(job.state == state) }
                // What had failed before and was given another run at once is cancelled in that.
                let runs = wrote("ran").count { $0 == id.text }
                #expect(job.state == .cancelled || job.run == runs, "\(job)")
                #expect(job.state != .completed || job.exitCode == 0)
                ends[job.state ?? .failed, default: 0] += 1
            }
        }
        #expect(try await shop.counts() == ends)
    }

    /// Whether a process is stopped, or waits for a child that was stopped before it could execute its program: D, since
    /// shells use vfork.
    private func isHalted(_ pid: pid_t) -> Bool {
        let status = readLines("/proc/\(pid)/stat").first?.split(separator: ")").last?.split(separator: " ").first
        return status == "T" || status == "D"
    }
}
