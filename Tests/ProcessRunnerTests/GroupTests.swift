import Glibc
import TestSupport
import Testing

@testable import ProcessRunner

/// Control groups of version 2, where this machine lets us make some.
@Suite(.enabled(if: TestGroup.isPossible, "needs root and a control group of version 2"))
struct GroupTests {
    let home: TestGroup
    init() throws { home = try #require(TestGroup()) }

    /// A runner whose groups are below the test's own.
    private func makeRunner() throws -> ProcessRunner {
        let groups = ControlGroups(
            mounts: "1 1 0:1 / \(home.path) rw - cgroup2 cgroup2 rw\n",
            membership: "0::/\n"
        )
        return try ProcessRunner(groups)
    }

    private let membership = "grep ^0: /proc/self/cgroup"

    @Test func everyRunStartsInTheGroupOfItsMinder() async throws {
        let runner = try makeRunner()
        let first = await runner.shell(membership).output.standardOutput.text
        #expect(first.hasSuffix("\(home.name)/\(home.groups().first ?? "?")/minder-1\n"))
        for _ in 0..<3 { #expect(await runner.shell(membership).output.standardOutput.text == first) }
        // To kill, the minder steps out of it. The next run starts in it again.
        for _ in 0..<3 {
            let run = runner.start(.shell("sleep 300 & exec sleep 300"))
            run.kill()
            _ = await run.result()
            #expect(await runner.shell(membership).output.standardOutput.text == first)
        }
        runner.shutdown()
        #expect(home.groups() == [])
    }

    @Test func groupsThatARunMakesAreRemovedWithIt() async throws {
        let runner = try makeRunner()
        let base = "\(home.path)/$(basename \(home.path)/queuectl-*)/minder-1"
        let mark = Leftover.mark()
        let result = await runner.run(
            .shell(
                """
                mkdir \(base)/a \(base)/a/b && echo $$ > \(base)/a/b/cgroup.procs && echo made
                setsid sleep 300.\(mark) &
                """,
                grace: .zero
            )
        )
        #expect(result.output.standardOutput.text == "made\n")
        try await eventually("nothing is left") { ProcessTable.living(marked: mark).isEmpty }
        runner.shutdown()
        #expect(home.groups() == [])
    }

    /// Only root can kill root's processes; an ordinary user can have the kernel do it in a group that is his.
    @Test func whatBecameAnotherUsersIsKilled() async throws {
        let mark = Leftover.mark()
        let user: uid_t = 65534
        let tool = try home.copyWithRootsRights("/usr/bin/setpriv")
        for path in [home.path, home.path + "/cgroup.procs"] { try #require(chown(path, user, user) == 0) }
        let become = "\(tool) --reuid 0 --regid 0 --clear-groups sleep"
        let host = try Host(["setsid \(become) 300.\(mark) & \(become) 301.\(mark)"], group: home.path, user: user)
        try await eventually("both are root's") {
            ProcessTable.living(marked: mark).count { $0.name == "sleep" && owner($0.pid) == 0 } == 2
        }
        host.send(SIGKILL)
        try await eventually(within: .seconds(2), "nothing is left") { ProcessTable.living(marked: mark).isEmpty }
        for process in ProcessTable.living(marked: mark) { kill(process.pid, SIGKILL) }
    }

    private func owner(_ pid: pid_t) -> uid_t? {
        var status = stat()
        return stat("/proc/\(pid)", &status) == 0 ? status.st_uid : nil
    }

    @Test func whatAMinderThatWasKilledLeavesBehindIsKilled() async throws {
        let runner = try makeRunner()
        let mark = Leftover.mark()
        let result = await runner.shell("setsid sleep 300.\(mark) & sleep 0.1; kill -9 $PPID; exec sleep 300.\(mark)")
        #expect(result.ending == .lost)
        try await eventually("nothing is left") { ProcessTable.living(marked: mark).isEmpty }
        try await eventually("its group is removed") {
            home.groups().allSatisfy {
                ProcessTable.entries(of: "\(home.path)/\($0)").allSatisfy { !$0.hasPrefix("minder") }
            }
        }
        runner.shutdown()
        #expect(home.groups() == [])
    }

    @Test func whatGuardianAndMinderLeaveBehindWhenKilledTogetherIsKilled() async throws {
        let runner = try makeRunner()
        let mark = Leftover.mark()
        let result = await runner.shell(
            "setsid sleep 300.\(mark) & sleep 0.1; kill -9 $(cut -d' ' -f4 /proc/$PPID/stat) $PPID; exec sleep 300"
        )
        #expect(result.ending == .lost)
        try await eventually("nothing is left") { ProcessTable.living(marked: mark).isEmpty }
        runner.shutdown()
        #expect(home.groups() == [])
    }

    @Test func theGroupsOfAKilledWorkerAreRemoved() async throws {
        let mark = Leftover.mark()
        let host = try Host(["setsid sleep 300.\(mark) & sleep 301.\(mark)"], group: home.path)
        #expect(home.groups().count == 1)
        host.send(SIGKILL)
        try await eventually(within: .seconds(2), "nothing is left") { ProcessTable.living(marked: mark).isEmpty }
        try await eventually("the groups are removed") { home.groups() == [] }
    }

    @Test func aWorkerEndsWhatOneKilledWithAllItsGuardsHasLeftBehind() async throws {
        let mark = Leftover.mark()
        do {
            let host = try Host(["setsid sleep 300.\(mark) & exec sleep 301.\(mark)"], group: home.path)
            try await eventually("both run") { ProcessTable.living(marked: mark).count { $0.name == "sleep" } == 2 }
            let guards = host.guards()
            host.send(SIGSTOP)
            for guardian in guards { kill(guardian, SIGKILL) }
        }
        try await eventually("one is on its own") { ProcessTable.living(marked: mark).count == 1 }
        let runner = try makeRunner()
        try await eventually("nothing is left") { ProcessTable.living(marked: mark).isEmpty }
        #expect(home.groups().count == 1)
        runner.shutdown()
        #expect(home.groups() == [])
    }

    @Test func whatHasNoRoomForGroupsGoesWithout() async throws {
        try home.limitGroups(to: 2)  // a guardian's, and one minder's
        let runner = try makeRunner()
        let runs = (0..<4).map { _ in runner.start(.shell("sleep 0.2; exit 3")) }
        for run in runs { #expect(await run.result().ending == .exited(code: 3)) }
        runner.shutdown()
        #expect(home.groups() == [])
    }
}

/// A group, and a folder, for one test.
final class TestGroup: Sendable {
    let path: String
    let folder: String

    init?() {
        guard getuid() == 0, let own = ControlGroups.own().unified else { return nil }
        let name = "test-\(uniqueMark())"
        path = "\(own)/\(name)"
        folder = "/tmp/\(name)"
        guard mkdir(path, 0o755) == 0 else { return nil }
        mkdir(folder, 0o755)
    }

    var name: String { String(path.split(separator: "/").last ?? "") }

    /// Those of guardians.
    func groups() -> [String] { ProcessTable.entries(of: path).filter { $0.hasPrefix("queuectl-") } }

    /// Copies a program; whoever runs the copy is root.
    func copyWithRootsRights(_ program: String) throws -> String {
        let copy = "\(folder)/setpriv"
        try ProgramFile.write(try #require(readFile(program)), to: copy, mode: 0o4755)
        return copy
    }

    func limitGroups(to number: Int) throws {
        let file = open(path + "/cgroup.max.descendants", O_WRONLY | O_CLOEXEC)
        defer { close(file) }
        try #require(write(file, "\(number)", 1) == 1)
    }

    deinit {
        unlink("\(folder)/setpriv")
        rmdir(folder)
        for _ in 0..<100 where rmdir(path) != 0 { usleep(10_000) }
    }

    static let isPossible = TestGroup() != nil
}
