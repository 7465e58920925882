import Glibc
import ProcessRunner
import Testing

@Suite struct EndingTests {
    let runner: ProcessRunner
    init() throws { runner = try ProcessRunner() }

    @Test(arguments: [0, 1, 3, 126, 127, 255] as [Int32])
    func exitCodeIsReported(code: Int32) async {
        let result = await runner.shell("exit \(code)")
        #expect(result.ending == .exited(code: code))
        #expect(result.isSuccess == (code == 0))
        #expect(result.stopReason == nil)
    }

    @Test(arguments: [SIGKILL, SIGTERM, SIGSEGV, SIGUSR1])
    func signalIsReported(signal: Int32) async {
        let result = await runner.shell("kill -\(signal) $$")
        #expect(result.ending == .signalled(signal))
        #expect(result.stopReason == nil)
    }

    @Test func pidIsThatOfTheMainProcess() async {
        let run = runner.start(.shell("echo $$"))
        let result = await run.result()
        #expect(result.output.standardOutput.text == "\(run.pid ?? 0)\n")
        #expect(result.pid == run.pid)
    }

    @Test func everyWaiterGetsTheResult() async {
        let run = runner.start(.shell("exit 7"))
        async let one = run.result()
        async let two = run.result()
        let endings = await [one.ending, two.ending, run.result().ending]
        #expect(endings == Array(repeating: .exited(code: 7), count: 3))
    }

    @Test func timesAndMemoryAreMeasured() async {
        let busy = await runner.shell("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done")
        #expect(busy.userTime > .milliseconds(20))
        #expect(busy.userTime + busy.systemTime <= busy.duration + .milliseconds(50))
        let small = await runner.shell("true")
        #expect(small.duration < .seconds(2))
        #expect(small.maxResidentBytes > 100 * 1024)
        let large = await runner.shell("head -c 40000000 /dev/zero | tail -c 40000000 > /dev/null")
        #expect(large.maxResidentBytes > 40_000_000, "the child's child counts")
        #expect(large.maxResidentBytes > small.maxResidentBytes + 30_000_000)
    }
}
