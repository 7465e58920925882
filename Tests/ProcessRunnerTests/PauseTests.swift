import Glibc
import ProcessRunner
import Testing

@Suite struct PauseTests {
    let runner: ProcessRunner
    init() throws { runner = try ProcessRunner() }

    /// A shell, a `sleep` in a session of its own, and one whose parent has gone.
    private func tree(_ mark: String) -> String {
        "setsid sleep 300.\(mark) & (setsid sleep 301.\(mark) &); sleep 302.\(mark)"
    }

    private func states(_ mark: String) -> [Character] {
        ProcessTable.living(marked: mark).map(\.state)
    }

    @Test func pauseReachesEveryProcessAndResumeLetsThemGoOn() async throws {
        let mark = Leftover.mark()
        let run = runner.start(.shell(tree(mark)))
        try await eventually("all sleep") {
            ProcessTable.living(marked: mark).count { $0.arguments.first == "sleep" } == 3
        }
        for _ in 0..<2 {
            run.pause()
            run.pause()
            try await eventually("all are stopped") { states(mark) == Array(repeating: "T", count: 4) }
            run.resume()
            run.resume()
            try await eventually("all go on") { states(mark).allSatisfy { $0 == "S" } }
        }
        run.kill()
        _ = await run.result()
        try await eventually("nothing is left") { states(mark).isEmpty }
    }

    @Test func whatForksMeanwhileIsPausedToo() async throws {
        let mark = Leftover.mark()
        let storm = "while :; do setsid sh -c ': \(mark); sleep 0.2; sleep 0.2' & sleep 0.01; done"
        let run = runner.start(.shell("\(storm) & \(storm)"))
        try await eventually("it storms") { states(mark).count > 10 }
        run.pause()
        // Who is waiting for a child of its own to exec (vfork) is stopped as soon as that has been done or was stopped.
        try await eventually("all are stopped") { states(mark).allSatisfy { $0 == "T" || $0 == "D" } }
        let before = Set(ProcessTable.living(marked: mark).map(\.pid))
        for _ in 0..<20 { _ = ProcessTable.all() }
        #expect(Set(ProcessTable.living(marked: mark).map(\.pid)) == before)
        run.kill()
        _ = await run.result()
        try await eventually("nothing is left") { states(mark).isEmpty }
    }

    @Test func theTimeoutStandsStillMeanwhile() async throws {
        let run = runner.start(.shell("exec sleep 300", timeout: .milliseconds(600)))
        run.pause()
        try await eventually("it is stopped") { run.pid.flatMap(ProcessTable.entry)?.state == "T" }
        try await Task.sleep(for: .milliseconds(900))
        #expect(run.pid.flatMap(ProcessTable.entry)?.state == "T", "the timeout has passed by the clock on the wall")
        run.resume()
        let result = await run.result()
        #expect(result.stopReason == .timeout)
        #expect(result.duration >= .milliseconds(1500))
    }

    @Test func aPausedRunGetsItsTermAndItsGrace() async throws {
        let mark = Leftover.mark()
        let inner = "setsid sh -c 'trap \"echo in; exit\" TERM; : \(mark); while :; do sleep 0.01; done' &"
        let run = runner.start(.shell("\(inner) trap 'wait; echo out; exit 5' TERM; wait"))
        try await eventually("both handle TERM") {
            isHandlingTerm(run.pid)
                && ProcessTable.living(marked: mark).contains { $0.pid != run.pid && isHandlingTerm($0.pid) }
        }
        run.pause()
        try await eventually("it is stopped") { run.pid.flatMap(ProcessTable.entry)?.state == "T" }
        run.stop(.cancelled)
        run.pause()  // too late: it has its grace for ending
        let result = await run.result()
        #expect(result.ending == .exited(code: 5))
        #expect(result.stopReason == .cancelled)
        #expect(result.output.standardOutput.lines == ["in", "out"])
    }

    @Test func aPausedRunDiesAtOnceWhenKilled() async throws {
        let mark = Leftover.mark()
        let run = runner.start(.shell(tree(mark)))
        // Not before: a shell whose child was stopped on the way to its program is not stopped itself, but waits for that.
        try await eventually("all sleep") {
            ProcessTable.living(marked: mark).count { $0.arguments.first == "sleep" } == 3
        }
        run.pause()
        try await eventually("all are stopped") { states(mark).allSatisfy { $0 == "T" } }
        run.kill()
        #expect(await run.result().ending == .signalled(SIGKILL))
        try await eventually(within: .seconds(2), "nothing is left") { states(mark).isEmpty }
    }

    @Test func nothingPausedSurvivesTheRunner() async throws {
        let runner = try ProcessRunner()
        let mark = Leftover.mark()
        let run = runner.start(.shell(tree(mark)))
        try await eventually("all run") { states(mark).count == 4 }
        run.pause()
        try await eventually("all are stopped") { states(mark).allSatisfy { $0 == "T" } }
        runner.shutdown()
        #expect(states(mark).isEmpty)
    }
}
