import Glibc
import ProcessRunner
import Testing

@Suite(.serialized) struct LoadTests {
    @Test func twoHundredRunAtOnceInLittleMemory() async throws {
        let runner = try ProcessRunner()
        _ = await runner.shell("true")
        let before = ProcessTable.residentBytes()
        let runs = (0..<200).map { runner.start(.shell("echo \($0); read -r line < /dev/tty; sleep 300")) }
        try await eventually("all have started") { runs.allSatisfy { $0.pid != nil } }
        let guards = guardians(of: getpid())
        let growth =
            ProcessTable.residentBytes() - before + (guards.first.map { ProcessTable.residentBytes(of: $0) } ?? 0)
        #expect(growth < 20_000_000)
        for run in runs { run.stop(.cancelled) }
        for (index, run) in runs.enumerated() {
            let result = await run.result()
            #expect(result.stopReason == .cancelled)
            if result.output.standardOutput.totalBytes > 0 {
                #expect(result.output.standardOutput.text == "\(index)\n")
            }
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

    @Test func aRunnerLeavesNothingBehind() async throws {
        let before = ProcessTable.descriptorCount()
        for _ in 0..<5 {
            let runner = try ProcessRunner()
            #expect(await runner.shell("true").isSuccess)
            runner.shutdown()
        }
        #expect(ProcessTable.descriptorCount() <= before)
    }

    private func guardians(of worker: pid_t) -> [pid_t] {
        let all = ProcessTable.all()
        let guardians = all.filter { $0.parent == worker && $0.name == "job-guardian" }.map(\.pid)
        return guardians + all.filter { guardians.contains($0.parent) }.map(\.pid)
    }
}
