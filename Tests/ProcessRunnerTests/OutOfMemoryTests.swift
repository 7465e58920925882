import Glibc
import Testing

@testable import ProcessRunner

/// A control group with a memory limit, for a worker to live in. Root only.
private final class MemoryGroup {
    let folder: String
    private let isUnified: Bool

    init?(bytes: Int) {
        let own = ControlGroups.own()
        guard getuid() == 0, let parent = own.memory ?? own.unified else { return nil }
        isUnified = own.memory == nil
        folder = parent + "/test-\(uniqueMark())"
        guard mkdir(folder, 0o755) == 0 else { return nil }
        let limit = folder + (isUnified ? "/memory.max" : "/memory.limit_in_bytes")
        let file = open(limit, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else {
            rmdir(folder)
            return nil
        }
        _ = write(file, "\(bytes)", "\(bytes)".utf8.count)
        close(file)
    }

    deinit { rmdir(folder) }

    static let isPossible = MemoryGroup(bytes: 1 << 30) != nil
}

@Suite struct OutOfMemoryTests {
    let runner: ProcessRunner
    init() throws { runner = try ProcessRunner() }

    /// `tail` keeps the last line, and `/dev/zero` has but one.
    @Test(
        .enabled(if: MemoryGroup.isPossible, "needs root and a memory controller"),
        arguments: ["exec tail /dev/zero", "tail /dev/zero; exit $?"]
    )
    func aRunThatTheKernelKilledIsToldApart(command: String) async throws {
        let group = try #require(MemoryGroup(bytes: 64 << 20))
        let quoted = command.replacing("$", with: "\\$")
        let result = await runner.shell(
            """
            echo $$ > \(group.folder)/cgroup.procs
            exec '\(Host.program())' --wait "\(quoted)" 'kill -9 $$' 'exit 3'
            """
        )
        let outcomes = result.output.standardOutput.lines.dropFirst(2)
        #expect(outcomes.count == 3, "\(result)")
        #expect(outcomes.first?.hasSuffix("out of memory") == true, "\(outcomes)")
        #expect(outcomes.last?.hasPrefix("exited(code: 3)") == true && outcomes.last?.hasSuffix("memory") == false)
        try await eventually("nobody is in the group") { rmdir(group.folder) == 0 }
    }

    @Test func aKillThatTheKernelDidNotSendIsNone() async {
        for command in ["kill -9 $$", "sh -c 'kill -9 $$'; exit $?", "exec sleep 300"] {
            let run = runner.start(.shell(command))
            if command.hasPrefix("exec") { run.signal(SIGKILL) }
            let result = await run.result()
            #expect(result.ending.isBySignal(SIGKILL) && !result.isOutOfMemory)
        }
    }
}

@Suite struct ControlGroupsTests {
    private let hybrid = """
        27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
        31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
        32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu
        35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:1 master:2 - cgroup cgroup rw,memory
        41 31 0:38 / /sys/fs/cgroup/uni\\040fied rw,relatime - cgroup2 cgroup2 rw

        """

    @Test func bothVersionsAreFoundWhereTheyAreMounted() {
        let groups = ControlGroups(mounts: hybrid, membership: "8:pids:/\n4:memory:/one/two:3\n0::/\n")
        #expect(groups.memory == "/sys/fs/cgroup/memory/one/two:3")
        #expect(groups.unified == "/sys/fs/cgroup/uni fied")
    }

    @Test func aPartOfTheHierarchyIsWhatAContainerSees() {
        let mounts = "33 32 0:26 /docker/ab /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw\n"
        #expect(ControlGroups(mounts: mounts, membership: "0::/docker/ab\n").unified == "/sys/fs/cgroup")
        #expect(ControlGroups(mounts: mounts, membership: "0::/docker/ab/x\n").unified == "/sys/fs/cgroup/x")
        #expect(ControlGroups(mounts: mounts, membership: "0::/docker/abc\n").unified == nil)
        #expect(ControlGroups(mounts: mounts, membership: "0::/\n").unified == nil)
    }

    @Test(arguments: ["", "nonsense\n", "1 2 3 - cgroup2\n", "33 32 0:26 / /sys/fs/cgroup ro -\n"])
    func whatIsNotThereIsNotFound(mounts: String) {
        let groups = ControlGroups(mounts: mounts, membership: "0::/\n4:memory:/\nx\n")
        #expect(groups.unified == nil && groups.memory == nil)
    }
}
