import Glibc
import ProcessRunner
import Testing

@Suite struct LimitTests {
    let runner: ProcessRunner
    init() throws { runner = try ProcessRunner() }

    private func run(_ command: String, _ limits: ProcessLimits) async -> ProcessResult {
        var spec = ProcessSpec.shell(command, timeout: .seconds(60))
        spec.limits = limits
        return await runner.run(spec)
    }

    @Test func limitsAreThoseOfTheRun() async {
        let limits = ProcessLimits(memoryBytes: 1 << 30, cpuSeconds: 100, niceness: 7, openFiles: 50)
        let result = await run("ulimit -Sv; ulimit -Hv; ulimit -St; ulimit -Ht; ulimit -Sn; ulimit -Hn; nice", limits)
        let niceness = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) + 7
        #expect(
            result.output.standardOutput.lines == ["1048576", "1048576", "100", "105", "50", "50", "\(niceness)"],
            "in KiB and seconds"
        )
    }

    @Test func whatIsNotGivenIsAsForTheWorker() async {
        let command = "ulimit -a; nice"
        let without = await runner.shell(command)
        let with = await run(command, ProcessLimits(niceness: 0))
        #expect(with.output.standardOutput.text == without.output.standardOutput.text)
        var own = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &own)
        #expect(await runner.shell("ulimit -n").output.standardOutput.text == "\(own.rlim_cur)\n")
    }

    @Test func nicenessEndsAtTheKernelsLimit() async {
        #expect(await run("nice", ProcessLimits(niceness: 500)).output.standardOutput.text == "19\n")
    }

    @Test func memoryBeyondTheLimitIsNotToBeHad() async {
        let command = "exec head -c 200000000 /dev/zero | tail -c 200000000 | wc -c"
        #expect(await runner.shell(command).output.standardOutput.text == "200000000\n")
        let result = await run(command, ProcessLimits(memoryBytes: 100 << 20))
        #expect(result.output.standardOutput.text == "0\n")
        #expect(result.output.standardError.text.contains("memory"))
        #expect(!result.isOutOfMemory, "the kernel killed nobody")
    }

    @Test func openFilesBeyondTheLimitAreNotToBeHad() async {
        let result = await run("exec 3< /dev/null; echo 3; read line < /etc/passwd", ProcessLimits(openFiles: 4))
        #expect(result.output.standardOutput.text == "3\n")
        #expect(result.output.standardError.text.contains("Too many open files"))
    }

    @Test(arguments: ["while :; do :; done", "sh -c 'while :; do :; done'; exit $?"])
    func aProcessOverItsCPUTimeIsTold(command: String) async {
        let result = await run(command, ProcessLimits(cpuSeconds: 1))
        #expect(result.isOverCPULimit)
        #expect(!result.isOutOfMemory)
        #expect(result.ending == (command.hasPrefix("while") ? .signalled(SIGXCPU) : .exited(code: 128 + SIGXCPU)))
        #expect(result.stopReason == nil)
    }

    @Test func aProcessThatTakesNoHintIsKilled() async {
        let result = await run("trap '' XCPU; while :; do :; done", ProcessLimits(cpuSeconds: 1))
        #expect(result.ending == .signalled(SIGKILL))
        #expect(result.isOverCPULimit && !result.isOutOfMemory)
        #expect(result.userTime + result.systemTime >= .seconds(5))
    }

    @Test func otherSignalsAreNoLimits() async {
        let killed = await run("kill -9 $$", ProcessLimits(cpuSeconds: 5))
        #expect(!killed.isOverCPULimit && !killed.isOutOfMemory)
        let unlimited = await runner.shell("kill -XCPU $$")
        #expect(unlimited.ending == .signalled(SIGXCPU) && !unlimited.isOverCPULimit)
    }

    /// Root may do everything, so root becomes somebody else.
    @Test(
        .enabled(if: getuid() == 0),
        arguments: [
            ("--nofile=100", "--limit-files", "cannot limit open files to 1000"),
            ("--as=4000000000", "--limit-memory", "cannot limit memory to 5000000000 bytes"),
            ("--cpu=10", "--limit-cpu", "cannot limit CPU time to 1000 s"),
        ]
    )
    func aLimitThatCannotBeSetIsToldApart(own: String, wanted: String, message: String) async {
        let command =
            "setpriv --reuid 65534 --clear-groups prlimit \(own) '\(Host.program())' --wait \(wanted) 'exit 3'"
        let outcome = await runner.shell(command).output.standardOutput.lines.last
        #expect(
            outcome == "failed limits \(message): operation not permitted (the worker's own limit is lower)"
        )
    }
}
