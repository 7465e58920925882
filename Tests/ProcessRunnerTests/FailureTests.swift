import Glibc
import ProcessRunner
import TestSupport
import TestTraits
import Testing

@Suite(.fault(.machineExhausted)) struct FailureTests {
    let runner: ProcessRunner
    let folder: String

    init() throws {
        runner = try ProcessRunner()
        folder = "/tmp/\(uniqueMark())"
        try #require(mkdir(folder, 0o755) == 0)
    }

    private func failure(_ spec: ProcessSpec) async -> SpawnFailure? {
        guard case .notStarted(let failure) = await runner.run(spec).ending else { return nil }
        return failure
    }

    private func makeFile(_ name: String, _ text: String, mode: mode_t) throws -> String {
        let path = "\(folder)/\(name)"
        try ProgramFile.write(text.utf8, to: path, mode: mode)
        return path
    }

    @Test func missingProgram() async {
        let one = await failure(.argv("conver", "in.png"))
        #expect(one?.message == #"cannot start "conver": no such file or directory"#)
        #expect(one?.step == .exec && one?.errno == ENOENT && one?.isExhaustion == false)
        #expect(await failure(.argv("/no/such"))?.message == #"cannot start "/no/such": no such file or directory"#)
        #expect(await failure(.argv(""))?.message == "cannot start a program without a name: no such file or directory")
    }

    @Test func missingWorkingDirectory() async {
        var spec = ProcessSpec.shell("true")
        spec.workingDirectory = "/no/such"
        let one = await failure(spec)
        #expect(one?.message == #"cannot enter working directory "/no/such": no such file or directory"#)
        #expect(one?.step == .workingDirectory && one?.errno == ENOENT)
    }

    @Test func fileThatMayNotBeExecuted() async throws {
        let path = try makeFile("data", "hello", mode: 0o644)
        #expect(await failure(.argv(path))?.message == "cannot start \"\(path)\": permission denied")
        #expect(await failure(.argv(folder))?.errno == EACCES)
        var spec = ProcessSpec(program: .argv(["data"]), environment: ["PATH": "\(folder):/nowhere"])
        #expect(await failure(spec)?.errno == EACCES, "the one that was found says more than the one that was not")
        spec.program = .argv(["./data"])
        spec.workingDirectory = folder
        #expect(await failure(spec)?.errno == EACCES)
    }

    @Test func badShebang() async throws {
        let path = try makeFile("script", "#! /no/such/sh -e\ntrue\n", mode: 0o755)
        #expect(
            await failure(.argv(path))?.message
                == "cannot start \"\(path)\": its interpreter \"/no/such/sh\" does not exist"
        )
        var spec = ProcessSpec.argv("./script")
        spec.workingDirectory = folder
        #expect(
            await failure(spec)?.message == #"cannot start "./script": its interpreter "/no/such/sh" does not exist"#
        )
    }

    @Test func neitherProgramNorScript() async throws {
        let path = try makeFile("text", "true\n", mode: 0o755)
        #expect(await failure(.argv(path))?.errno == ENOEXEC)
    }

    @Test(arguments: [128 * 1024, 3_000_000])
    func tooLong(size: Int) async {
        let one = await failure(.argv("/bin/true", String(repeating: "x", count: size)))
        #expect(one?.errno == E2BIG && one?.step == .exec && one?.isExhaustion == false)
    }

    @Test func longButNotTooLong() async {
        let result = await runner.run(.shell("true #" + String(repeating: "x", count: 128 * 1024 - 7)))
        #expect(result.isSuccess)
        let many = (0..<2000).map { "\($0)" + String(repeating: "y", count: 500) }
        var spec = ProcessSpec(program: .argv(["/usr/bin/printf", "%.3s"] + many))
        spec.outputLimit = 10_000
        #expect(await runner.run(spec).output.standardOutput.text == many.map { $0.prefix(3) }.joined())
    }

    @Test func nulBytesAndBadNamesAreRefused() async {
        #expect(await failure(.argv("/bin/true", "a\0b"))?.step == .arguments)
        #expect(await failure(.shell("true\0false"))?.step == .arguments)
        for name in ["", "A=B", "A\0"] {
            #expect(await failure(ProcessSpec(program: .shell("true"), environment: [name: "x"]))?.step == .arguments)
        }
    }

    @Test func descriptorExhaustionIsToldApart() async {
        let commands = (0..<20).map { _ in "'exec sleep 300'" }.joined(separator: " ")
        let outcomes = await runner.shell("ulimit -n 30; exec '\(Host.program())' \(commands)").output
            .standardOutput.lines
        #expect(outcomes.count == 22)
        #expect(outcomes.contains { $0.hasPrefix("signalled(9)") }, "some were started: \(outcomes)")
        #expect(outcomes.contains { $0.hasPrefix("exhausted") }, "some were not: \(outcomes)")
        #expect(!outcomes.contains { $0.hasPrefix("failed") })
    }

    /// Root is not bound by the limit, so root becomes somebody else, who has no processes yet.
    @Test(.enabled(if: getuid() == 0), arguments: [8, 12, 16, 20])
    func processExhaustionIsToldApart(limit: Int) async {
        let commands = (0..<20).map { _ in "'exec sleep 300'" }.joined(separator: " ")
        let user = 100_000 + Int.random(in: 0..<1_000_000)
        let result = await runner.shell(
            "setpriv --reuid \(user) --clear-groups prlimit --nproc=\(limit) '\(Host.program())' \(commands)"
        )
        let outcomes = result.output.standardOutput.lines
        #expect(outcomes.count == 22, "\(result)")
        #expect(outcomes.contains { $0.hasPrefix("exhausted") }, "some were not started: \(outcomes)")
        #expect(!outcomes.contains { $0.hasPrefix("failed") || $0.hasPrefix("lost") }, "\(outcomes)")
    }

    /// What ran before leaves minders behind, and then others take what processes there are.
    @Test(.enabled(if: getuid() == 0)) func mindersWithNothingToDoMakeRoom() async {
        let others = """
            import os, sys, time
            end = time.time() + 2
            time.sleep(1)
            while time.time() < end:
                try:
                    if os.fork() == 0:
                        os.close(1)
                        time.sleep(3)
                        os._exit(0)
                except OSError:
                    time.sleep(0.001)
            for number in range(20):
                print(sys.argv[1], flush=True)
            time.sleep(1)
            """
        let before = (0..<10).map { _ in "'sleep 0.1'" }.joined(separator: " ")
        let user = 100_000 + Int.random(in: 0..<1_000_000)
        let result = await runner.shell(
            """
            exec setpriv --reuid \(user) --clear-groups prlimit --nproc=40 \
            sh -c "/usr/bin/python3 -c '\(others)' 'exec sleep 0.05' | '\(Host.program())' \(before)"
            """
        )
        let outcomes = result.output.standardOutput.lines
        #expect(outcomes.dropFirst().first?.hasPrefix("exhausted") == true, "\(result)")
        #expect(outcomes.dropFirst().prefix(20).last?.hasPrefix("exited(code: 0)") == true, "\(outcomes)")
    }
}
