import Foundation
import Glibc
import QueueKit
import TestSupport
import Testing

@testable import QueueWorker

/// What policies allow and refuse: a job that asks for more than it may never runs.
@Suite struct JobPolicyTests {
    static func job(_ queue: QueueName = .default, _ change: (inout JobDocument) -> Void) throws -> Job {
        var document = JobDocument()
        change(&document)
        let fields = try document.validated().fields(configuration: QueueConfiguration())
        return Job(id: JobID.generate(), queue: queue, fields: fields.map { ($0.name, Array($0.value.utf8)) })
    }

    private static func rules(_ text: String) throws -> JobRules { JobRules(try TaskFile(Array(text.utf8))) }

    /// The rule that refuses a job; nil if none does.
    private static func rule(_ policy: String, _ job: Job) throws -> String? {
        let rules = try rules("policy: \(policy)\n")
        do throws(JobRules.Refusal) {
            _ = try rules.plan(for: job)
            return nil
        } catch {
            guard case .forbidden(let rule, _) = error else { return "\(error)" }
            return rule
        }
    }

    @Test(
        arguments: [
            (["/usr/bin/convert", "x"], nil), (["/opt/jobs/a"], nil), (["make"], nil), (["/opt/jobs/../a"], "commands"),
            (["/opt/jobs/.."], "commands"), (["/opt/jobs/in/a"], "commands"), (["/opt/jobs/"], "commands"),
            (["convert"], "commands"), (["./make"], "commands"), (["/bin/sh", "-c", "make"], "commands"),
            (["/usr/bin/convert\n"], "commands"), (["/opt/jobs/.hidden"], "commands"),
        ] as [([String], String?)]
    )
    func onlyTheseCommandsRun(argv: [String], rule: String?) throws {
        let policy = "{commands: [/usr/bin/convert, /opt/jobs/?*, make]}"
        #expect(try Self.rule(policy, Self.job { $0.argv = argv }) == rule)
        #expect(try Self.rule("{env: []}", Self.job { $0.argv = argv }) == nil)
    }

    @Test func aShellCommandCouldBeAnything() throws {
        let job = try Self.job { $0.command = "make" }
        #expect(try Self.rule("{commands: [make]}", job) == "shell")
        #expect(try Self.rule("{commands: [make], shell: true}", job) == nil)
        #expect(try Self.rule("{shell: false}", job) == "shell")
        #expect(try Self.rule("{}", job) == nil)
        #expect(try Self.rule("{shell: false}", Self.job { $0.argv = ["make"] }) == nil)
    }

    @Test(
        arguments: [
            ("{}", "LANG", nil), ("{}", "LD_PRELOAD", "env"), ("{}", "LD_LIBRARY_PATH", "env"), ("{}", "PATH", nil),
            ("{commands: [make]}", "PATH", "env"), ("{commands: [make]}", "NODE_OPTIONS", "env"),
            ("{commands: [make]}", "LANG", "env"), ("{commands: [make]}", "TAR_OPTIONS", "env"),
            ("{commands: [make], env: [LANG]}", "LANG", nil), ("{env: [LANG, APP_*]}", "LANG", nil),
            ("{env: [LANG, APP_*]}", "APP_A", nil),
            ("{env: [LANG, APP_*]}", "LANGUAGE", "env"), ("{env: [LANG, APP_*]}", "MYAPP_A", "env"),
            ("{env: []}", "LANG", "env"), ("{env: [LD_PRELOAD]}", "LD_PRELOAD", nil),
            ("{env: ['*']}", "LD_PRELOAD", nil),
        ] as [(String, String, String?)]
    )
    func onlyTheseVariablesAreSet(policy: String, variable: String, rule: String?) throws {
        let job = try Self.job {
            $0.argv = ["make"]
            $0.env = [variable: "x"]
        }
        #expect(try Self.rule(policy, job) == rule)
    }

    @Test func aTimeoutIsKeptOrRefusedNeverCut() throws {
        let rules = try Self.rules("policy: {max_timeout: 1h}\n")
        func timeout(_ asked: Duration?) throws -> Duration? {
            try rules.plan(
                for: Self.job {
                    $0.argv = ["true"]
                    $0.timeout = asked
                }
            ).timeout
        }
        #expect(try timeout(nil) == .seconds(3600))
        #expect(try timeout(.seconds(3600)) == .seconds(3600))
        #expect(try timeout(.seconds(5)) == .seconds(5))
        #expect {
            try timeout(.milliseconds(3_600_001))
        } throws: { error in
            guard case .forbidden("max_timeout", let text)? = error as? JobRules.Refusal else { return false }
            return text == "its timeout is 1h1ms, and 1h is the longest"
        }
    }

    @Test func aWorkingDirectoryStaysBelowItsRoot() throws {
        let folder = try TemporaryFolder()
        let root = folder.path + "/root"
        try FileManager.default.createDirectory(atPath: root + "/in", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: root + "/out", withDestinationPath: "/etc")
        let rules = try Self.rules("policy: {cwd_root: \(root)}\n")
        func cwd(_ asked: String?) throws -> String? {
            try rules.plan(
                for: Self.job {
                    $0.argv = ["true"]
                    $0.cwd = asked
                }
            ).cwd
        }
        #expect(try cwd(nil) == root)
        #expect(try cwd(root + "/in/../in") == root + "/in")
        for path in ["/", "/etc", root + "/out", root + "/..", root + "/none", folder.path, root + "x"] {
            #expect(throws: JobRules.Refusal.self, "\(path)") { try cwd(path) }
        }
    }

    @Test func aQueueRefinesTheRest() throws {
        let rules = try Self.rules("policy: {shell: false, max_timeout: 1h}\nqueues: {mail: {shell: true}}\n")
        let mail = try QueueName("mail")
        #expect(try rules.plan(for: Self.job(mail) { $0.command = "x" }).timeout == .seconds(3600))
        #expect(throws: JobRules.Refusal.self) { try rules.plan(for: Self.job { $0.command = "x" }) }
    }

    @Test(
        arguments: [
            ("policy: {comands: [a]}", "line 1: policy.comands: is not known; did you mean commands?"),
            ("policy:\n  commands: a", "line 2: policy.commands: is a value; give a list of texts"),
            ("policy: {run_as: no.such.user}", "line 1: policy.run_as: there is no user no.such.user on this machine"),
            (
                "policy: {env: ['A-*']}",
                "line 1: policy.env: A-* is no name of a variable, nor the beginning of one and *"
            ),
            ("policy: {max_timeout: 0}", "line 1: policy.max_timeout: is no duration up to 30d, such as 90s or 1h30m"),
            ("policy: {cwd_root: tmp}", "line 1: policy.cwd_root: is no absolute path"),
            ("queues: {a b: {}}", "line 1: queues.a b: is no name of a queue"),
        ] as [(String, String)]
    )
    func eachMistakeHasItsLine(text: String, problem: String) throws {
        let error = #expect(throws: TaskFileError.self) { try TaskFile(Array(text.utf8)) }
        #expect(error?.problems.map(\.description) == [problem])
    }

    @Test func aRefusedJobNeverRunsAndIsCounted() async throws {
        let shop = try await Workshop()
        let folder = try TemporaryFolder()
        let executor = try ProcessExecutor(
            environment: ["PATH": "/usr/bin:/bin"],
            rules: Self.rules("policy: {commands: [/bin/true], max_timeout: 1m}\n")
        )
        let id = try await shop.enqueue(["touch \(folder.path)/ran"])[0]
        let job = try await shop.withWorker(executor: executor) { _ in try await shop.wait(for: id, .dead) }
        let worker = try #require(job.worker)
        #expect(job.reason == "refused" && job.run == 1 && job.failures == 1)
        #expect(job.error == "refused by the rule shell of the worker \(worker): shell commands are not run")
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/ran"))
        #expect(try await shop.queue.status(heartbeat: .seconds(10)).totals["refused"] == 1)
        // Given another life, it is refused again.
        _ = try await shop.queue.retry([id])
        try await shop.withWorker(executor: executor) { _ in try await shop.wait(for: id, .dead) }
        #expect(try await shop.queue.status(heartbeat: .seconds(10)).totals["refused"] == 2)
    }
}
