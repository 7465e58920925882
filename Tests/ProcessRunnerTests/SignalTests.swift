import Glibc
import ProcessRunner
import Testing

@Suite struct SignalTests {
    let runner: ProcessRunner
    init() throws { runner = try ProcessRunner() }

    @Test func reachesTheGroupAndLeavesOtherSessionsAlone() async throws {
        let mark = Leftover.mark()
        let inner = "trap \"echo in; exit\" HUP; echo ready; while :; do sleep 0.01; done"
        let other = "trap \"echo other\" HUP; echo ready; : \(mark); while :; do sleep 0.01; done"
        let run = runner.start(
            .shell(
                "sh -c '\(inner)' & setsid sh -c '\(other)' & trap 'wait $!; echo out; exit 4' HUP; wait",
                grace: .zero
            )
        )
        try await eventually("all handle HUP") {
            ProcessTable.all().count {
                $0.arguments.contains { $0.contains("echo ready") } && isHandling(SIGHUP, $0.pid)
            }
                >= 3
        }
        run.signal(SIGHUP)
        try await eventually("the inner one has gone") {
            !ProcessTable.all().contains { $0.arguments.last == inner && $0.state != "Z" }
        }
        // The shell waits for the other one, which has heard nothing.
        for process in ProcessTable.living(marked: mark) where process.arguments.last == other {
            kill(process.pid, SIGKILL)
        }
        let result = await run.result()
        #expect(result.ending == .exited(code: 4))
        #expect(result.stopReason == nil, "a signal is no stop")
        #expect(Set(result.output.standardOutput.lines) == ["ready", "in", "out"])
    }

    @Test(arguments: [SIGUSR1, SIGKILL, 40])
    func oneThatIsNotHandledEndsTheRun(signal: Int32) async {
        let run = runner.start(.shell("exec sleep 300"))
        run.signal(signal)
        let result = await run.result()
        #expect(result.ending == .signalled(signal))
        #expect(result.stopReason == nil)
    }

    @Test(arguments: [-1, 0, 65, Int32.max])
    func whatIsNoSignalDoesNothing(signal: Int32) async {
        let run = runner.start(.shell("sleep 0.1; exit 3"))
        run.signal(signal)
        #expect(await run.result().ending == .exited(code: 3))
    }

    @Test func theNextRunDoesNotGetThatOfTheLast() async {
        let run = runner.start(.shell("exit 3"))
        _ = await run.result()
        run.signal(SIGKILL)
        run.pause()
        #expect(await runner.shell("sleep 0.05; exit 4").ending == .exited(code: 4))
    }
}
