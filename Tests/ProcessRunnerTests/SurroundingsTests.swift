import Glibc
import ProcessRunner
import Testing

/// What a process finds when it starts.
@Suite struct SurroundingsTests {
    let runner: ProcessRunner
    init() throws { runner = try ProcessRunner() }

    @Test func argumentsArriveByteForByte() async {
        let arguments = ["a b", "", "new\nline", "$HOME `id` * \\ '\"", "--", "ü"]
        let result = await runner.run(
            ProcessSpec(program: .argv(["/usr/bin/printf", "[%s]"] + arguments), environment: [:])
        )
        #expect(result.output.standardOutput.text == arguments.map { "[\($0)]" }.joined())
    }

    @Test func environmentIsExactlyTheGivenOne() async {
        let result = await runner.run(
            ProcessSpec(
                program: .argv(["/usr/bin/env", "-0"]),
                environment: ["A": "1 = 2", "EMPTY": "", "NL": "x\ny"]
            )
        )
        let variables = result.output.standardOutput.bytes.split(separator: 0).map {
            String(decoding: $0, as: UTF8.self)
        }
        #expect(Set(variables) == ["A=1 = 2", "EMPTY=", "NL=x\ny"])
        let none = await runner.run(ProcessSpec(program: .argv(["/usr/bin/env"])))
        #expect(none.output.standardOutput.totalBytes == 0)
    }

    @Test func programIsLookedUpInTheGivenPath() async {
        #expect(
            await runner.run(ProcessSpec(program: .argv(["true"]), environment: ["PATH": "/nowhere:/bin"])).isSuccess
        )
        #expect(await runner.run(ProcessSpec(program: .argv(["true"]))).isSuccess)
        let elsewhere = await runner.run(ProcessSpec(program: .argv(["true"]), environment: ["PATH": "/nowhere"]))
        guard case .notStarted(let failure) = elsewhere.ending else { return #expect(Bool(false), "\(elsewhere)") }
        #expect(failure.message == #"cannot start "true": no such file or directory"#)
    }

    @Test func workingDirectoryIsEntered() async {
        var spec = ProcessSpec.shell("pwd")
        spec.workingDirectory = "/usr/share"
        #expect(await runner.run(spec).output.standardOutput.text == "/usr/share\n")
    }

    @Test(arguments: [0, 1, 65536, 300_000])
    func standardInputIsWhatWasGiven(size: Int) async {
        var spec = ProcessSpec.argv("cat")
        spec.standardInput = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        spec.outputLimit = 1 << 20
        let result = await runner.run(spec)
        #expect(result.output.standardOutput.bytes == spec.standardInput)
    }

    @Test func standardInputIsEmptyUnlessGiven() async {
        let result = await runner.shell("readlink /proc/self/fd/0; cat")
        #expect(result.output.standardOutput.text == "/dev/null\n")
    }

    @Test func noDescriptorIsInherited() async {
        let keep = open("/dev/zero", O_RDONLY)  // without CLOEXEC, as a careless library would
        defer { close(keep) }
        let fresh = try? ProcessRunner()
        for _ in 0..<3 {
            // 3 is the folder that is being listed.
            #expect(await runner.run(.argv("ls", "/proc/self/fd")).output.standardOutput.lines == ["0", "1", "2", "3"])
            #expect(await fresh?.run(.argv("ls", "/proc/self/fd")).output.standardOutput.lines == ["0", "1", "2", "3"])
        }
    }

    @Test func signalMaskAndDispositionsAreClean() async throws {
        signal(SIGPIPE, SIG_IGN)
        defer { signal(SIGPIPE, SIG_DFL) }
        let fresh = try ProcessRunner()
        let result = await fresh.run(.argv("grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"))
        let none = "0000000000000000"
        #expect(result.output.standardOutput.lines == ["SigBlk:\t\(none)", "SigIgn:\t\(none)"])
    }

    @Test func everyRunLeadsASessionWithoutTerminal() async {
        let result = await runner.shell("cut -d' ' -f1,5,6,7 /proc/$$/stat; echo $$")
        let lines = result.output.standardOutput.lines
        #expect(lines.count == 2)
        #expect(lines.first == lines.last.map { "\($0) \($0) \($0) 0" }, "pid, group, session, tty")
    }
}
