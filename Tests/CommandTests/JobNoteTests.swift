import Glibc
import QueueKit
import TestSupport
import Testing

/// `queuectl job ...`: what a job says of itself.
@Suite struct JobNoteTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    /// Runs a line as in a job, and returns what arrives at the pipe.
    private func told(by line: String) async throws -> Outcome {
        try await Bench().shell(
            "mkfifo pipe && { cat pipe & } && exec 9> pipe && export QUEUECTL_CONTROL=$PWD/pipe; \(line); s=$?; exec 9>&-; wait; exit $s"
        )
    }

    @Test(arguments: [
        ("progress 40", "progress 40"), ("progress 62.5 encoding 'page  5'", "progress 62 encoding page  5"),
        ("result '{\"a\": [1, 2]}'", "result {\"a\":[1,2]}"), ("error the disk is full", "error the disk is full"),
        ("retry-after 1h30m", "retry-after 1h30m"), ("fatal -- -1 is no size", "fatal -1 is no size"),
        ("error -n is no option", "error -n is no option"), ("progress 5 --verbose", "progress 5 --verbose"),

        ("error 'two\nlines'", "error two\\nlines"),
    ])
    func aNoteIsOneLine(arguments: String, line: String) async throws {
        let outcome = try await told(by: "queuectl job \(arguments)")
        #expect(outcome.status == 0 && outcome.err == "")
        #expect(outcome.out == line + "\n")
    }

    @Test func aResultMayComeFromStandardInputAndSpreadOverLines() async throws {
        let outcome = try await told(by: "printf '{\\n  \"a\" : 1\\n}\\n' | queuectl job result -")
        #expect(outcome.out == "result {\"a\":1}\n" && outcome.status == 0)
        let large = try await told(
            by: "{ printf '\"'; head -c 65534 /dev/zero | tr '\\0' x; printf '\"'; } | queuectl job result -"
        )
        #expect(large.out.utf8.count == 65_536 + "result \n".utf8.count && large.status == 0)
        let tooLarge = try await told(by: "head -c 65537 /dev/zero | tr '\\0' 1 | queuectl job result -")
        #expect(tooLarge.out == "" && tooLarge.status == 65)
        let endless = try await told(by: "queuectl job result - < /dev/zero")
        #expect(endless.out == "" && endless.status == 65)
        #expect(endless.err == "queuectl: result: it is longer than 65536 bytes\n")
    }

    @Test(arguments: [
        ("progress 101", 64, "progress: \"101\" is out of range; give 0...100, and a text if you like"),
        ("progress -1", 64, "progress: \"-1\" is out of range; give 0...100, and a text if you like"),
        ("progress half", 64, "progress: \"half\" is not a number; give 0...100, and a text if you like"),
        (
            "result {", 65,
            "result: \"{\" is not valid JSON: it ends too early (byte 1); give a JSON value of up to 65536 bytes"
        ),
        ("error ''", 64, "error: has no text; say what went wrong"),
        (
            "retry-after 31d", 64,
            "retry-after: \"31d\" is not a duration it can have; give 0s to 30d, such as 30s or 5m"
        ),
        (
            "retry-after 90", 64,
            "retry-after: \"90\" is not a duration it can have; give 0s to 30d, such as 30s or 5m"
        ),
    ])
    func whatMakesNoSenseIsNotWritten(arguments: String, status: Int32, message: String) async throws {
        let outcome = try await told(by: "queuectl job \(arguments)")
        #expect(outcome.out == "" && outcome.status == status)
        #expect(outcome.err == "queuectl: \(message)\n")
    }

    @Test func outsideOfAJobItSaysSo() async throws {
        let outcome = try await bench.run("job", "progress", "40")
        #expect(outcome.status == 64 && outcome.out == "")
        #expect(
            outcome.err
                == "queuectl: Cannot report the progress: this works only inside a job, where QUEUECTL_CONTROL is set\n"
        )
    }

    @Test func aPipeThatIsGoneOrNoneIsTold() async throws {
        let gone = try await bench.run(["job", "fatal", "x"], environment: ["QUEUECTL_CONTROL": "/proc/0/fd/9"])
        #expect(gone.status == 1)
        #expect(
            gone.err == """
                queuectl: Cannot report the failure: /proc/0/fd/9: No such file or directory. The worker has ended, or this \
                process cannot see it in /proc

                """
        )
        let file = bench.folder.path + "/file"
        #expect(try await bench.shell("echo kept > file").status == 0)
        let none = try await bench.run(["job", "fatal", "x"], environment: ["QUEUECTL_CONTROL": file])
        #expect(none.status == 1 && none.err.hasSuffix("is not a pipe\n"))
        #expect(try await bench.shell("cat file").out == "kept\n")
    }

    @Test func redisIsNotNeeded() async throws {
        let outcome = try await told(by: "REDIS_URL=redis://127.0.0.1:1 queuectl job progress 3")
        #expect(outcome.out == "progress 3\n" && outcome.status == 0)
        #expect(try await bench.keyCount() == 0)
    }

    @Test func whatARealJobTellsIsShown() async throws {
        let go = bench.folder.path + "/go"
        try await bench.add(
            "job1",
            command: """
                queuectl job progress 40 encoding && queuectl job result '{"pages":8}' && mkfifo \(go) && read x < \(go)
                python3 -c 'import subprocess; subprocess.run(["queuectl", "job", "progress", "90"], close_fds=True, check=True)'
                """
        )
        async let worker = bench.run("worker", "start")
        do {
            try await waitUntil("it has told", within: .seconds(60)) { try await bench.job("job1").progress == 40 }
            let list = try await bench.run("list")
            #expect(list.out.contains("40% for "), "\(list.out)")
            let show = try await bench.run("show", "job1").out
            #expect(show.contains("progress") && show.contains("40 %, encoding"))
            let json = try await bench.run("list", "--json").out
            #expect(json.contains("\"progress\":40,\"progress_text\":\"encoding\",\"result\":null"))
            _ = try await bench.shell("until test -p \(go); do sleep 0.05; done; echo go > \(go)")
            try await waitUntil("it is done", within: .seconds(60)) { try await bench.job("job1").state == .completed }
            #expect(
                try await bench.run("show", "job1", "--json").out
                    .contains("\"progress\":90,\"progress_text\":null,\"result\":{\"pages\":8}")
            )
            #expect(try await bench.run("show", "job1").out.contains("{\"pages\":8}"))
        } catch {
            Issue.record("\(error)")
        }
        try await bench.run("worker", "stop")
        #expect(try await worker.status == 0)
    }
}
