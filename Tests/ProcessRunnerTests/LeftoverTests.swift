import Glibc
import TestTraits
import Testing

@testable import ProcessRunner

/// Ways in which a command leaves processes behind. `MARK` is replaced.
enum Leftover: String, CaseIterable {
    case background = "sleep 300.MARK &"
    case nohup = "nohup sleep 300.MARK > /dev/null 2>&1 &"
    case session = "setsid sleep 300.MARK &"
    case doubleFork = "(setsid sh -c 'sleep 300.MARK & sleep 301.MARK &' &);"
    case withoutEnvironment = "setsid env -i /bin/sh -c 'cd /; exec sleep 300.MARK < /dev/null > /dev/null 2>&1' &"
    case ignoringTerm = "setsid sh -c 'trap \"\" TERM; sleep 300.MARK; sleep 301.MARK' &"
    case stopped = "setsid sh -c 'kill -STOP $$; sleep 300.MARK' &"
    case forking = "setsid sh -c 'trap \"\" TERM; while :; do sleep 300.MARK & sleep 0.02; done' &"

    func command(_ mark: String) -> String { rawValue.replacing("MARK", with: mark) }

    /// Digits, to go behind the point of a duration for `sleep`: found in the arguments whatever becomes of the environment.
    static func mark() -> String { String(UInt64.random(in: 1_000_000_000_000_000...9_999_999_999_999_999)) }
}

extension ProcessRunner {
    /// One that has control groups if this machine lets it, or one that has none, as those of ordinary users.
    static func make(withGroups: Bool) throws -> ProcessRunner {
        try ProcessRunner(withGroups ? .own() : ControlGroups(mounts: "", membership: ""))
    }
}

@Suite(.fault(.jobDefiesItsEnd)) struct LeftoverTests {
    let runner: ProcessRunner
    init() throws { runner = try ProcessRunner() }

    @Test(arguments: Leftover.allCases, [true, false])
    func nothingSurvivesASuccess(_ leftover: Leftover, withGroups: Bool) async throws {
        let runner = try ProcessRunner.make(withGroups: withGroups)
        let mark = Leftover.mark()
        let spec = ProcessSpec.shell(leftover.command(mark) + " sleep 0.1; exit 0", grace: .milliseconds(300))
        let result = await runner.run(spec)
        #expect(result.isSuccess)
        #expect(result.leftoverProcesses >= 1)
        #expect(result.duration < .seconds(1))
        try await eventually(within: .seconds(2), "nothing is left") { ProcessTable.living(marked: mark).isEmpty }
    }

    @Test(arguments: Leftover.allCases, [true, false])
    func nothingSurvivesATimeout(_ leftover: Leftover, withGroups: Bool) async throws {
        let runner = try ProcessRunner.make(withGroups: withGroups)
        let mark = Leftover.mark()
        let spec = ProcessSpec.shell(
            "trap '' TERM; " + leftover.command(mark) + " sleep 302.\(mark); sleep 303.\(mark)",
            timeout: .milliseconds(200),
            grace: .milliseconds(300)
        )
        let result = await runner.run(spec)
        #expect(result.stopReason == .timeout)
        try await eventually(within: .seconds(2), "nothing is left") { ProcessTable.living(marked: mark).isEmpty }
    }

    @Test(arguments: Leftover.allCases, [true, false])
    func nothingSurvivesAKill(_ leftover: Leftover, withGroups: Bool) async throws {
        let runner = try ProcessRunner.make(withGroups: withGroups)
        let mark = Leftover.mark()
        let run = runner.start(.shell(leftover.command(mark) + " sleep 302.\(mark)"))
        try await eventually("both run") {
            ProcessTable.living(marked: mark).count { $0.arguments.first == "sleep" } >= (leftover == .stopped ? 1 : 2)
        }
        run.kill()
        _ = await run.result()
        try await eventually(within: .seconds(2), "nothing is left") { ProcessTable.living(marked: mark).isEmpty }
    }

    /// Each generation is a new session with a new number, and gone before it is looked at: it leaves traces in a file. (It ends
    /// by itself some time, should we fail.)
    @Test(arguments: [true, false])
    func whatHopsFromProcessToProcessIsCaught(withGroups: Bool) async throws {
        let runner = try ProcessRunner.make(withGroups: withGroups)
        let trace = "/tmp/\(uniqueMark())"
        defer { unlink(trace) }
        func traces() -> Int { readFile(trace)?.count ?? 0 }
        let hop =
            "setsid perl -MPOSIX -e '$SIG{TERM} = q(IGNORE); for (1..50000) { syswrite STDOUT, q(.); exit if fork; setsid }'"
        let run = runner.start(.shell("\(hop) >> \(trace) & \(hop) >> \(trace) & sleep 300"))
        try await eventually("they hop") { traces() > 20 }
        run.kill()
        _ = await run.result()
        try await eventually(within: .seconds(2), "they have stopped") {
            let before = traces()
            try await Task.sleep(for: .milliseconds(100))
            return traces() == before
        }
    }

    @Test func leftoverHoldingStdoutDoesNotHoldTheRun() async throws {
        let mark = Leftover.mark()
        let result = await runner.run(
            .shell(
                "echo before; sh -c 'trap \"\" TERM; echo in; sleep 300.\(mark)' & sleep 0.1; echo after",
                grace: .seconds(300)
            )
        )
        #expect(result.output.standardOutput.lines.sorted() == ["after", "before", "in"])
        #expect(result.leftoverProcesses == 2)
        #expect(!ProcessTable.living(marked: mark).isEmpty, "the grace is not waited for")
        runner.shutdown()
        #expect(ProcessTable.living(marked: mark).isEmpty)
    }

    @Test func whatEndsByItselfAtOnceIsLeftInPeace() async {
        // As in `exec > >(tee log)`: the last writer ends after the main process.
        let result = await runner.shell("(trap 'echo term' TERM; sleep 0.03; echo last) & echo first")
        #expect(result.output.standardOutput.lines == ["first", "last"])
        #expect(result.leftoverProcesses == 0)
    }

    @Test func neighboursAreUntouched() async throws {
        let neighbours = (0..<3).map { _ in runner.start(.shell("setsid sleep 0.6 & sleep 0.5; wait; exit 9")) }
        for _ in 0..<5 {
            #expect(
                await runner.run(.shell("setsid sleep 300 & sleep 300 & true", grace: .zero)).leftoverProcesses == 2
            )
        }
        for neighbour in neighbours {
            let result = await neighbour.result()
            #expect(result.ending == .exited(code: 9))
            #expect(result.leftoverProcesses == 0)
        }
    }

    @Test func aMinderThatIsKilledTakesItsRunAlong() async throws {
        let mark = Leftover.mark()
        let neighbour = runner.start(.shell("sleep 0.3; exit 9"))
        let result = await runner.run(
            .shell("setsid sleep 300.\(mark) & setsid env -i sleep 301.\(mark) & sleep 0.1; kill -9 $PPID; sleep 300")
        )
        #expect(result.ending == .lost)
        try await eventually(within: .seconds(2), "nothing is left") { ProcessTable.living(marked: mark).isEmpty }
        #expect(await neighbour.result().ending == .exited(code: 9))
        #expect(await runner.shell("exit 2").ending == .exited(code: 2))
    }

    @Test func aMinderThatIsStoppedGoesOn() async throws {
        let spec = ProcessSpec.shell("kill -STOP $PPID; exec sleep 300", timeout: .milliseconds(100))
        #expect(await runner.run(spec).stopReason == .timeout)
    }

    @Test func aGuardianThatIsKilledIsReplaced() async throws {
        let neighbour = runner.start(.shell("sleep 0.3; exit 9"))
        // The parent of the run's parent.
        let result = await runner.shell("kill -9 $(cut -d' ' -f4 /proc/$PPID/stat); exit 4")
        #expect(result.ending == .exited(code: 4))
        #expect(await neighbour.result().ending == .exited(code: 9))
        for _ in 0..<3 { #expect(await runner.shell("exit 2").ending == .exited(code: 2)) }
    }

    @Test func killingGuardianAndMinderLosesTheRunOnly() async throws {
        let result = await runner.shell("kill -9 $(cut -d' ' -f4 /proc/$PPID/stat) $PPID; exec sleep 300")
        #expect(result.ending == .lost)
        // The guardian may not be quite dead yet, and promise a minder that never comes. What was to run there has not begun.
        try await eventually("the next run") {
            let ending = await runner.shell("exit 2").ending
            if case .notStarted(let failure) = ending, failure.isExhaustion { return false }
            #expect(ending == .exited(code: 2))
            return true
        }
    }
}
