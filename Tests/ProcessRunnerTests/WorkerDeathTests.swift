import Glibc
import ProcessRunner
import TestTraits
import Testing

/// What becomes of the runs when the process they were started by goes away.
@Suite(.fault(.workerKilled)) struct WorkerDeathTests {
    @Test(arguments: [SIGKILL, SIGTERM, SIGHUP])
    func nothingSurvivesTheWorker(signal: Int32) async throws {
        let mark = Leftover.mark()
        let commands = Leftover.allCases.map { $0.command(mark) + " trap '' TERM; sleep 302.\(mark)" }
        let host = try Host(commands)
        try await eventually("all run") {
            ProcessTable.living(marked: mark).count { $0.arguments.first == "sleep" } >= 2 * commands.count - 1
        }
        let guards = host.guards()
        #expect(guards.count == commands.count + 1, "a minder each, and the guardian")
        host.send(signal)
        try await eventually(within: .seconds(2), "nothing is left") { ProcessTable.living(marked: mark).isEmpty }
        try await eventually("guardian and minders have ended") {
            guards.allSatisfy { (ProcessTable.entry($0)?.state ?? "Z") == "Z" }
        }
    }

    @Test func nothingSurvivesAWorkerThatIsKilledAtOnceAfterStarting() async throws {
        for _ in 0..<10 {
            let mark = Leftover.mark()
            let host = try Host(Leftover.allCases.map { $0.command(mark) + " sleep 302.\(mark)" })
            host.send(SIGKILL)
            try await eventually(within: .seconds(2), "nothing is left") { ProcessTable.living(marked: mark).isEmpty }
        }
    }

    @Test func signalsForTheWorkersGroupDoNotReachTheGuardian() async throws {
        let mark = Leftover.mark()
        let host = try Host(["sleep 300.\(mark)"])
        for guardian in host.guards() {
            for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGPIPE] { kill(guardian, signal) }
        }
        #expect(host.guards().count == 2)
        #expect(ProcessTable.living(marked: mark).contains { $0.arguments.first == "sleep" })
        host.send(SIGKILL)
        try await eventually(within: .seconds(2), "nothing is left") { ProcessTable.living(marked: mark).isEmpty }
    }

    @Test func guardianIsNotTakenForTheWorker() async throws {
        let host = try Host(["sleep 300"])
        for guardian in host.guards() {
            let entry = ProcessTable.entry(guardian)
            #expect(["job-guardian", "job-minder"].contains(entry?.name))
            #expect(entry?.arguments == ["job-guardian"])
            #expect(
                ProcessTable.entries(of: "/proc/\(guardian)/fd").count <= 8,
                "three, control, worker, signals, two pipes"
            )
        }
        host.send(SIGKILL)
    }
}
