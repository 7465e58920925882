import Glibc
import ProcessRunner
import Testing

@Suite(.serialized) struct LoadTests {
    @Test func twoHundredRunAtOnce() async throws {
        let runner = try ProcessRunner()
        let runs = (0..<200).map { runner.start(.shell("echo \($0); exec sleep 300")) }
        try await eventually(within: .seconds(20), "all have started") { runs.allSatisfy { $0.pid != nil } }
        try await eventually(within: .seconds(20), "all sleep") {
            runs.allSatisfy { $0.pid.flatMap(ProcessTable.entry)?.name == "sleep" }
        }
        for run in runs { run.stop(.cancelled) }
        for (index, run) in runs.enumerated() {
            let result = await run.result()
            #expect(result.stopReason == .cancelled)
            #expect(result.output.standardOutput.text == "\(index)\n")
        }
    }

    @Test func fiveHundredRunsLeaveNeitherZombieNorDescriptor() async throws {
        let runner = try ProcessRunner()
        _ = await runner.shell("true")
        let before = ProcessTable.descriptorCount()
        var failures = 0
        await withTaskGroup(of: ProcessResult.self) { group in
            for index in 0..<500 {
                if index >= 8, let result = await group.next(), !result.isSuccess { failures += 1 }
                group.addTask {
                    await runner.run(
                        index % 50 == 0
                            ? .argv("/no/such") : .shell("echo \(index); setsid sleep 300 & true", grace: .zero)
                    )
                }
            }
            for await result in group where !result.isSuccess { failures += 1 }
        }
        #expect(failures == 10)
        // The minders that were needed at once stay, one connection each.
        #expect(ProcessTable.descriptorCount() <= before + 30)
        let guards = guardians(of: getpid())
        try await eventually("no zombies, no children that are not minders") {
            let all = ProcessTable.all()
            return !all.contains { $0.state == "Z" && (guards.contains($0.parent) || $0.parent == getpid()) }
        }
        runner.shutdown()
    }

    /// Stops, kills and murdered guards at every moment of a run: each gives a result, and nothing is left.
    @Test(arguments: 0..<8)
    func everyRunGetsAResultWhateverIsDoneToIt(lane: Int) async throws {
        let runner = try ProcessRunner()
        let mark = Leftover.mark()
        for round in 0..<60 {
            let leftover = Leftover.allCases[(lane + round) % Leftover.allCases.count].command(mark)
            let commands = [
                "exit 0", "sleep 0.0\(round % 10)", "\(leftover) sleep 0.00\(round % 10)",
                "kill -9 $PPID; exec sleep 300.\(mark)",
                "kill -9 $(cut -d' ' -f4 /proc/$PPID/stat)", "kill -STOP $PPID; \(leftover)", "no such command",
                "exec sleep 0.0\(round % 10)",
            ]
            let command = commands[(lane * 3 + round * 5) % commands.count]
            let run = runner.start(
                .shell(command, timeout: .milliseconds(round % 3 == 0 ? 20 : 2000), grace: .milliseconds(20))
            )
            for _ in 0..<(round * 37 % 400) { await Task.yield() }
            if round % 2 == 0 { run.stop(.cancelled) }
            if round % 4 == 1 { run.kill(.leaseLost) }
            let result = await run.result()
            if case .notStarted(let failure) = result.ending { Issue.record("\(command): \(failure)") }
        }
        runner.shutdown()
        try await eventually("nothing is left") { ProcessTable.living(marked: mark).isEmpty }
    }

    @Test func aRunnerLeavesNothingBehind() async throws {
        let before = ProcessTable.descriptorCount()
        for _ in 0..<5 {
            let runner = try ProcessRunner()
            #expect(await runner.shell("true").isSuccess)
            runner.shutdown()
        }
        #expect(ProcessTable.descriptorCount() <= before)
    }

    @Test func aRunnerThatIsDroppedEndsItsRuns() async throws {
        let mark = Leftover.mark()
        var runner: ProcessRunner? = try ProcessRunner()
        let run = runner?.start(.shell("setsid sleep 300.\(mark) & sleep 301.\(mark)"))
        try await eventually("both run") {
            ProcessTable.living(marked: mark).count { $0.arguments.first == "sleep" } == 2
        }
        runner = nil
        #expect(await run?.result().stopReason == .shutdown)
        #expect(ProcessTable.living(marked: mark).isEmpty)
    }

    private func guardians(of worker: pid_t) -> [pid_t] {
        let all = ProcessTable.all()
        let guardians = all.filter { $0.parent == worker && $0.name == "job-guardian" }.map(\.pid)
        return guardians + all.filter { guardians.contains($0.parent) }.map(\.pid)
    }
}
