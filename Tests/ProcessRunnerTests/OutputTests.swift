import Glibc
import ProcessRunner
import TestTraits
import Testing

@Suite(.fault(.outputFlood)) struct OutputTests {
    let runner: ProcessRunner
    init() throws { runner = try ProcessRunner() }

    @Test func streamsAreKeptApart() async {
        let result = await runner.shell("echo out; echo err >&2")
        #expect(result.output.standardOutput.text == "out\n")
        #expect(result.output.standardError.text == "err\n")
    }

    @Test func everyByteValueIsKept() async {
        var spec = ProcessSpec.shell("cat; cat /dev/fd/0 >&2")
        spec.standardInput = (0..<5).flatMap { _ in (0...255).map(UInt8.init) }
        #expect(await runner.run(spec).output.standardOutput.bytes == spec.standardInput)
    }

    @Test func whatFitsIsKeptWhole() async {
        var spec = ProcessSpec.shell("head -c 60000 /dev/zero | tr '\\0' x; head -c 40000 /dev/zero >&2")
        spec.outputLimit = 100_000
        let output = await runner.run(spec).output
        #expect(output.standardOutput.bytes == Array(repeating: UInt8(ascii: "x"), count: 60000))
        #expect(output.standardError.bytes == Array(repeating: 0, count: 40000))
        #expect(output.standardOutput.droppedBytes == 0 && output.standardError.droppedBytes == 0)
    }

    @Test(arguments: [0, 1, 2, 1000, 65536])
    func headAndTailAreKeptAndTheRestIsCounted(limit: Int) async {
        var spec = ProcessSpec.shell("seq 1 100000")
        spec.outputLimit = limit
        let output = await runner.run(spec).output
        let all = (1...100000).flatMap { Array("\($0)\n".utf8) }
        #expect(output.standardOutput.bytes.count == limit)
        #expect(output.standardOutput.totalBytes == all.count)
        #expect(output.standardOutput.droppedBytes == all.count - limit)
        #expect(output.standardOutput.bytes == Array(all.prefix(limit - limit / 2)) + Array(all.suffix(limit / 2)))
        for chunk in output.chunks { #expect(chunk.bytes == Array(all[chunk.offset..<chunk.end])) }
    }

    @Test func aFloodIsCountedExactlyAndHoldsNobodyUp() async throws {
        let flood = runner.start(.shell("yes | head -c 200000001; yes | head -c 300000001 >&2"))
        async let output = flood.result().output
        var others = 0
        while flood.pid.flatMap(ProcessTable.entry) != nil || flood.pid == nil {
            #expect(await runner.shell("echo quick").output.standardOutput.text == "quick\n")
            others += 1
        }
        #expect(others >= 1)
        #expect(await output.standardOutput.totalBytes == 200_000_001)
        #expect(await output.standardError.totalBytes == 300_000_001)
        #expect(await output.standardOutput.bytes.count + output.standardError.bytes.count == 65536)
        #expect(await output.standardError.bytes.count >= 16384, "the later stream has its share")
        #expect(await output.standardOutput.bytes.count >= 32768 + 16384, "and the earlier one keeps its own")
    }

    @Test func aFloodNeedsLittleMemory() async {
        let flood = "yes | head -c 300000000; yes | head -c 100000000 >&2"
        let report = await runner.run(.argv(Host.program(), "--wait", flood, flood)).output.standardOutput.lines
        #expect(report.suffix(2) == ["exited(code: 0) 300000000 100000000", "exited(code: 0) 300000000 100000000"])
        let idle = await runner.run(.argv(Host.program(), "--wait", "true")).output.standardOutput.lines
        #expect(peak(report) - peak(idle) < 20_000_000)
    }

    @Test func twoHundredRunsAtOnceNeedLittleMemory() async {
        let commands = (0..<200).map { "head -c 2000 /dev/zero; exec sleep 300.\($0)" }
        let report = await runner.run(
            ProcessSpec(program: .argv([Host.program()] + commands), environment: ProcessSpec.path)
        ).output.standardOutput.lines
        #expect(report.count { $0.hasPrefix("signalled(9)") } == 200)
        let idle = await runner.run(.argv(Host.program(), "true")).output.standardOutput.lines
        #expect(peak(report) - peak(idle) < 20_000_000)
    }

    private func peak(_ report: [String]) -> Int {
        report.first { $0.hasPrefix("peak ") }.flatMap { Int($0.dropFirst(5)) } ?? .max
    }
}
