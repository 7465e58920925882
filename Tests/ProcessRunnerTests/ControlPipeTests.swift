import Glibc
import ProcessRunner
import Synchronization
import Testing

/// What runs write to their control pipes, `$CONTROL` here.
@Suite struct ControlPipeTests {
    let runner: ProcessRunner
    init() throws { runner = try ProcessRunner() }

    @Test(arguments: [
        "echo said > \"$CONTROL\"", "echo said >> $CONTROL", "cat > $CONTROL <<< said",
        "exec 9> $CONTROL; echo said >&9",
        "setsid env -i sh -c \"echo said > $CONTROL\"",
        "python3 -c 'import subprocess; subprocess.run(\"echo said > $CONTROL\", shell=True, close_fds=True)'",
        "cd / && (trap '' TERM; sleep 0.02; echo said > $CONTROL) & wait",
    ])
    func whatIsWrittenIsHeardBeforeTheResult(_ command: String) async {
        let heard = Heard()
        let result = await runner.run(.argv("bash", "-c", command).heard(by: heard))
        #expect(result.isSuccess, "\(result.output.standardError.text)")
        #expect(heard.text == "said\n")
    }

    @Test func itIsHeardWhileTheRunLasts() async throws {
        let heard = Heard()
        let run = runner.start(.shell("echo one > $CONTROL; sleep 300").heard(by: heard))
        try await eventually("it is heard") { heard.text == "one\n" }
        run.kill()
        #expect(await run.result().stopReason == .cancelled)
    }

    @Test func largePiecesComeWhole() async {
        let heard = Heard()
        let result = await runner.run(.shell("head -c 300000 /dev/zero | tr '\\0' x > $CONTROL").heard(by: heard))
        #expect(result.isSuccess)
        #expect(heard.text == String(repeating: "x", count: 300_000))
    }

    @Test func noDescriptorIsInherited() async {
        let heard = Heard()
        let result = await runner.run(.shell("for n in /proc/self/fd/*; do echo $n; done | wc -l").heard(by: heard))
        let without = await runner.shell("for n in /proc/self/fd/*; do echo $n; done | wc -l")
        #expect(result.output.standardOutput.text == without.output.standardOutput.text)
        #expect(await runner.shell("echo \"[$CONTROL]\"").output.standardOutput.text == "[]\n")
    }

    @Test func aPipeIsUsedAgainAndEachRunHearsItsOwn() async {
        var paths: Set<String> = []
        for number in 0..<50 {
            let heard = Heard()
            let run = ProcessSpec.shell("echo \(number) > $CONTROL; echo $CONTROL").heard(by: heard)
            paths.insert(await runner.run(run).output.standardOutput.text)
            #expect(heard.text == "\(number)\n")
        }
        #expect(paths.count == 1)
    }

    @Test func whoIsLeftOfARunThatEndedReachesNobody() async throws {
        let mark = Leftover.mark()
        let first = Heard()
        // One holds the pipe open, the other opens it anew each time.
        let stale = """
            trap '' TERM; : \(mark); exec 9> $CONTROL
            while :; do echo stale >&9; echo stale > $CONTROL; sleep 0.001; done
            """
        let spec = ProcessSpec(
            program: .shell("bash -c \"$STALE\" & sleep 0.1; echo first > $CONTROL"),
            environment: ProcessSpec.path.merging(["STALE": stale]) { $1 },
            grace: .seconds(2)
        )
        let result = await runner.run(spec.heard(by: first))
        #expect(result.leftoverProcesses > 0)
        #expect(first.text.split(separator: "\n").contains("first"))
        let atEnd = first.text
        #expect(!ProcessTable.living(marked: mark).isEmpty)
        var later = 0
        while !ProcessTable.living(marked: mark).isEmpty {
            let heard = Heard()
            _ = await runner.run(.shell("echo own > $CONTROL").heard(by: heard))
            #expect(heard.text == "own\n")
            later += 1
        }
        #expect(later > 3)
        #expect(first.text == atEnd)
    }

    @Test func aPipeOfALostRunIsNotUsedAgainSoon() async throws {
        let heard = Heard()
        let path = Mutex("")
        let run = runner.start(.shell("echo $CONTROL > $CONTROL; kill -9 $PPID; sleep 300").heard(by: heard))
        #expect(await run.result().ending == .lost)
        path.withLock { $0 = heard.text }
        for _ in 0..<5 {
            let next = await runner.run(.shell("echo $CONTROL").heard(by: Heard()))
            #expect(next.output.standardOutput.text != path.withLock { $0 })
        }
    }

    @Test func aFloodHoldsUpNobodyAndTakesNoMemory() async throws {
        let counted = Atomic<Int>(0)
        var spec = ProcessSpec.shell("exec yes > $CONTROL")
        spec.control = .init(variable: "CONTROL") { counted.add($0.count, ordering: .relaxed) }
        let before = ProcessTable.residentBytes()
        let flood = runner.start(spec)
        for number in 0..<50 {
            let heard = Heard()
            _ = await runner.run(.shell("echo \(number) > $CONTROL").heard(by: heard))
            #expect(heard.text == "\(number)\n")
        }
        try await eventually(within: .seconds(30), "64 MB were heard") { counted.load(ordering: .relaxed) > 64 << 20 }
        flood.kill()
        _ = await flood.result()
        #expect(ProcessTable.residentBytes() - before < 48 << 20)
    }

    @Test func manyRunsLeaveNoDescriptor() async throws {
        _ = await runner.run(.shell("true").heard(by: Heard()))
        let before = ProcessTable.descriptorCount()
        await withTaskGroup(of: Void.self) { group in
            for lane in 0..<8 {
                group.addTask { [runner] in
                    for number in 0..<25 {
                        let heard = Heard()
                        let spec = ProcessSpec.shell("echo \(lane).\(number) > $CONTROL").heard(by: heard)
                        _ = await runner.run(number % 10 == 9 ? .argv("/no/such").heard(by: heard) : spec)
                        #expect(heard.text == (number % 10 == 9 ? "" : "\(lane).\(number)\n"))
                    }
                }
            }
        }
        // Eight at once: a minder and a pipe each.
        #expect(ProcessTable.descriptorCount() <= before + 30)
        runner.shutdown()
    }
}

/// What a run has said.
private final class Heard: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    func add(_ piece: UnsafeRawBufferPointer) { bytes.withLock { $0 += piece } }

    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
}

extension ProcessSpec {
    fileprivate func heard(by heard: Heard) -> ProcessSpec {
        var spec = self
        spec.control = Control(variable: "CONTROL") { heard.add($0) }
        return spec
    }
}
