import Glibc
import ProcessRunner
import Testing

@Suite struct StopTests {
    let runner: ProcessRunner
    init() throws { runner = try ProcessRunner() }

    @Test func timeoutSendsTerm() async {
        let result = await runner.run(.shell("sleep 300", timeout: .milliseconds(50)))
        #expect(result.ending == .signalled(SIGTERM))
        #expect(result.stopReason == .timeout)
        #expect(result.duration >= .milliseconds(50) && result.duration < .seconds(5))
    }

    @Test func timeoutKillsWhatIgnoresTermAfterTheGrace() async {
        let spec = ProcessSpec.shell(
            "trap '' TERM; while :; do sleep 0.01; done",
            timeout: .milliseconds(50),
            grace: .milliseconds(200)
        )
        let result = await runner.run(spec)
        #expect(result.ending == .signalled(SIGKILL))
        #expect(result.stopReason == .timeout)
        #expect(result.duration >= .milliseconds(250) && result.duration < .seconds(5))
    }

    @Test func termCanBeHandledWithinTheGrace() async {
        let run = runner.start(.shell("trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.01; done"))
        try? await eventually("it is ready") { run.pid != nil && isHandlingTerm(run.pid) }
        run.stop(.cancelled)
        let result = await run.result()
        #expect(result.ending == .exited(code: 5))
        #expect(result.stopReason == .cancelled)
        #expect(result.output.standardOutput.text == "ready\nbye\n")
    }

    @Test func termReachesEveryProcessOfTheTree() async throws {
        let run = runner.start(
            .shell(
                "(setsid sh -c 'trap \"echo in; exit\" TERM; while :; do sleep 0.01; done') & trap 'wait; echo out; exit' TERM; wait"
            )
        )
        try await eventually("both handle TERM") {
            guard let pid = run.pid else { return false }
            let inner = ProcessTable.all().filter { $0.arguments.contains { $0.hasPrefix("trap \"echo in") } }
            return isHandlingTerm(pid) && inner.contains { isHandlingTerm($0.pid) }
        }
        run.stop(.shutdown)
        #expect(await run.result().output.standardOutput.lines == ["in", "out"])
    }

    @Test func aStoppedProcessIsStoppable() async throws {
        let run = runner.start(.shell("kill -STOP $$"))
        try await eventually("it has stopped itself") { run.pid.flatMap(ProcessTable.entry)?.state == "T" }
        run.stop(.cancelled)
        #expect(await run.result().ending == .signalled(SIGTERM))
    }

    @Test(arguments: [StopReason.cancelled, .leaseLost, .shutdown])
    func firstReasonStaysAndGraceOnlyShrinks(reason: StopReason) async {
        let run = runner.start(.shell("trap '' TERM; while :; do sleep 0.01; done", grace: .seconds(300)))
        run.stop(reason)
        run.stop(.timeout, grace: .seconds(600))
        run.stop(.timeout, grace: .milliseconds(100))
        let result = await run.result()
        #expect(result.stopReason == reason)
        #expect(result.duration < .seconds(5))
    }

    @Test func killSendsNoTerm() async {
        let run = runner.start(.shell("trap 'echo term' TERM; while :; do sleep 0.01; done"))
        run.kill()
        let result = await run.result()
        #expect(result.ending == .signalled(SIGKILL))
        #expect(result.stopReason == .cancelled)
        #expect(result.output.standardOutput.totalBytes == 0)
    }

    @Test func stopAfterTheEndChangesNothing() async {
        let run = runner.start(.shell("exit 3"))
        _ = await run.result()
        run.stop(.cancelled)
        run.kill()
        // The minder of that run has the next one; a stop that came too late must not hit it.
        let next = await runner.shell("sleep 0.05; exit 4")
        #expect(next.ending == .exited(code: 4))
        #expect(await run.result().stopReason == nil)
    }

    @Test func aStopThatCameTooLateIsNotAReason() async {
        for _ in 0..<200 {
            let run = runner.start(.shell("exit 3"))
            run.stop(.cancelled, grace: .zero)
            let result = await run.result()
            if result.stopReason == nil { #expect(result.ending == .exited(code: 3)) }
            if result.ending == .signalled(SIGKILL) { #expect(result.stopReason == .cancelled) }
        }
    }

    @Test func shutdownEndsEverythingAtOnce() async throws {
        let runner = try ProcessRunner()
        let mark = Leftover.mark()
        let runs = (0..<5).map { _ in
            runner.start(
                .shell("trap '' TERM; setsid env -i sh -c 'trap \"\" TERM; sleep 300.\(mark)' & sleep 300.\(mark)")
            )
        }
        try await eventually("all run") { ProcessTable.living(marked: mark).count >= 10 }
        runner.shutdown()
        #expect(ProcessTable.living(marked: mark).isEmpty)
        for run in runs {
            #expect(await run.result().stopReason == .shutdown)
        }
        let late = await runner.shell("true")
        guard case .notStarted(let failure) = late.ending else { return #expect(Bool(false), "\(late.ending)") }
        #expect(failure.step == .shutdown)
        runner.shutdown()
    }
}

func isHandlingTerm(_ pid: pid_t?) -> Bool { isHandling(SIGTERM, pid) }

func isHandling(_ signal: Int32, _ pid: pid_t?) -> Bool {
    guard let pid, let status = readFile("/proc/\(pid)/status") else { return false }
    let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("SigCgt:") }
    guard let mask = line?.split(separator: "\t").last.flatMap({ UInt64($0, radix: 16) }) else { return false }
    return mask & 1 << (signal - 1) != 0
}
