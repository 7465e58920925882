import FleetSupport
import Glibc
import QueueKit
import TestSupport
import TestTraits
import Testing

/// What becomes of all the processes of a job, however its run ends.
@Suite(.threeAtATime) struct ProcessTreeTests {
    enum End: CaseIterable {
        case success, timeout, cancel, shutdown, kill
    }

    /// None of these ends by itself, none obeys TERM, and two are in sessions of their own, one of them a daemon.
    private let tree = """
        trap '' TERM; setsid sleep 3600 & (setsid sh -c 'trap "" TERM; sleep 3600; sleep 3600' &); sleep 3600 &
        """

    @Test(.fault(.jobDefiesItsEnd), arguments: End.allCases)
    func nothingOfAJobSurvivesItsRun(_ end: End) async throws {
        try await withFleet(settings: [.grace: "1s"]) { fleet in
            let worker = try await fleet.start(count: 2, "--shutdown-timeout", "0s")
            let go = "\(fleet.folder.path)/go"
            let wait = end == .success ? "until [ -e \(go) ]; do sleep 0.05; done" : "wait; sleep 3600"
            let id = try await fleet.enqueue(["\(tree) \(wait)"]) { _, document in
                document.maxRetries = 0
                if end == .timeout { document.timeout = .seconds(3) }
            }[0]
            func processes() -> [ProcessTable.Entry] { ProcessTable.living(marked: "QUEUECTL_JOB_ID=\(id)") }
            // The shell, three that sleep, and the daemon's own.
            try await waitUntil("all run") { processes().count >= 5 }
            switch end {
            case .success: close(open(go, O_CREAT | O_CLOEXEC, 0o644))
            case .timeout: break
            case .cancel: #expect(try await fleet.run("cancel", id.text) == 0)
            case .shutdown: worker.process.signal(SIGTERM)
            case .kill: worker.process.kill9()
            }
            let states: [End: JobState] = [.success: .completed, .timeout: .dead, .cancel: .cancelled]
            if let state = states[end] { try await fleet.wait(for: 1, state) }
            // What is left of a success gets TERM, too.
            try await waitUntil("nothing is left", within: .seconds(end == .kill ? 2 : 4)) { processes().isEmpty }
            let job = try await fleet.job(id)
            if end == .timeout { #expect(job.reason == "timeout") }
            if end == .shutdown { try await fleet.wait(for: 1, .pending) }
        }
    }

    @Test(.fault(.outputHeldByGrandchild)) func whoHoldsTheOutputDoesNotHoldTheSlot() async throws {
        try await withFleet { fleet in
            try await fleet.start(count: 1)
            let holder = "sh -c 'trap \"\" TERM; echo I hold on; sleep 3600' & sleep 0.2; echo done"
            let ids = try await fleet.enqueue([holder, "true"])
            // Its grace is ten seconds.
            try await fleet.wait(for: 2, .completed, within: .seconds(5))
            let job = try await fleet.job(ids[0])
            let took = try #require(job.finishedAt).milliseconds - (try #require(job.startedAt)).milliseconds
            #expect(took < 1200)
            #expect(!ProcessTable.living(marked: "QUEUECTL_JOB_ID=\(ids[0])").isEmpty)
        }
    }

    @Test(.fault(.machineExhausted)) func aMachineWithoutDescriptorsUsesNoRetry() async throws {
        try await withFleet { fleet in
            let worker = try await fleet.start(count: 30, under: ["prlimit", "--nofile=60"])
            try await fleet.expectExhaustion(of: worker)
        }
    }

    @Test(.fault(.machineExhausted)) func aJobThatCannotBeStartedSaysWhy() async throws {
        try await withFleet { fleet in
            try await fleet.start(count: 4)
            let script = "\(fleet.folder.path)/script"
            let words: [([String], String?, String)] = [
                (["/no/such/program"], nil, #"cannot start "/no/such/program": no such file or directory"#),
                (["/etc/passwd"], nil, #"cannot start "/etc/passwd": permission denied"#),
                (
                    ["true"], "/no/such/folder",
                    #"cannot enter working directory "/no/such/folder": no such file or directory"#
                ),
                ([script], nil, "cannot start \"\(script)\": its interpreter \"/no/such/sh\" does not exist"),
                (
                    ["true"] + Array(repeating: "x", count: 250_000), nil,
                    #"cannot start "true": argument list too long (arguments and environment together, or one of them over 128 KiB)"#
                ),
            ]
            try ProgramFile.write("#!/no/such/sh\n", to: script)
            let ids = try await fleet.enqueue(Array(repeating: "", count: words.count)) { at, document in
                document.command = nil
                document.argv = words[at].0
                document.cwd = words[at].1
                document.maxRetries = 0
            }
            try await fleet.wait(for: words.count, .dead)
            for (job, (_, _, error)) in zip(try await fleet.jobs(ids), words) {
                #expect(job.reason == "spawn_failure")
                #expect(job.error == error)
            }
        }
    }
}
