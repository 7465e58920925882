import Glibc
import ProcessRunner
import Testing

@Suite struct OutputTests {
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
        let output = await runner.run(spec).output.standardOutput
        let all = (1...100000).flatMap { Array("\($0)\n".utf8) }
        #expect(output.bytes.count == limit)
        #expect(output.totalBytes == all.count)
        #expect(output.head == Array(all.prefix(output.head.count)))
        #expect(output.tail == Array(all.suffix(output.tail.count)))
    }

    @Test func aFloodIsBoundedAndCountedAndHoldsNobodyUp() async throws {
        let before = ProcessTable.residentBytes()
        let flood = runner.start(.shell("yes | head -c 400000000; yes >&2", timeout: .seconds(3)))
        var slowest = Duration.zero
        var peak = before
        let end = ContinuousClock.now + .seconds(2)
        while ContinuousClock.now < end {
            let elapsed = await ContinuousClock().measure { _ = await runner.shell("echo quick") }
            slowest = max(slowest, elapsed)
            peak = max(peak, ProcessTable.residentBytes())
        }
        flood.stop(.cancelled)
        let output = await flood.result().output
        #expect(output.standardOutput.totalBytes == 400_000_000)
        #expect(output.standardError.totalBytes > 100_000_000)
        #expect(output.standardOutput.bytes.count + output.standardError.bytes.count == 65536)
        #expect(output.standardError.tail.count >= 16384, "the later stream has its share")
        #expect(output.standardOutput.tail.count >= 16384, "and the earlier one keeps its own")
        #expect(peak - before < 20_000_000)
        // 0.1 s by itself; the other tests keep the machine busy.
        #expect(slowest < .seconds(4))
    }
}
