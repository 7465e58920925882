import Foundation
import Glibc
import QueueKit
import TestSupport
import Testing

@testable import QueueWorker

/// What a job may name, and what becomes of it if that cannot be had.
@Suite struct SecretStoreTests {
    private let folder: TemporaryFolder
    private let store: SecretStore

    init() throws {
        folder = try TemporaryFolder()
        let top = folder.path + "/secrets"
        let files = FileManager.default
        try files.createDirectory(atPath: top + "/..data/in", withIntermediateDirectories: true)
        for (name, text) in [
            ("plain", "value\n"), ("windows", "value\r\n"), ("lines", "a\nb\n\n"), ("empty", ""),
            ("..data/in/deep", "deep"),
            ("nul", "a\u{0}b"), ("large", String(repeating: "x", count: 32 * 1024 + 1)), ("../outside", "outside"),
        ] {
            try Data(text.utf8).write(to: URL(filePath: "\(top)/\(name)"))
        }
        try Data([0xff, 0xfe]).write(to: URL(filePath: top + "/binary"))
        mkfifo(top + "/pipe", 0o600)
        for (link, target) in [
            // As Kubernetes mounts secrets.
            ("linked", "..data/in/deep"), ("out", "../outside"), ("shadow", "/etc/shadow"), ("up", ".."),
            ("loop", "loop"),
            ("gone", "nowhere"),
        ] {
            try files.createSymbolicLink(atPath: "\(top)/\(link)", withDestinationPath: target)
        }
        store = SecretStore(folder: top, variables: ["TOKEN"], environment: ["TOKEN": "t0ken", "OTHER": "other"])
    }

    private func answer(_ text: String, _ store: SecretStore? = nil) throws -> String {
        let reference = try #require(SecretReference(text))
        do throws(JobRules.Refusal) {
            return try (store ?? self.store).value(of: reference, for: "A")
        } catch {
            switch error {
            case .forbidden(let rule, let problem): return "\(rule): \(problem)"
            case .noSecret(let problem): return problem
            default: return "\(error)"
            }
        }
    }

    @Test(
        arguments: [
            ("file:plain", "value"), ("file:windows", "value"), ("file:lines", "a\nb\n"), ("file:empty", ""),
            ("file:linked", "deep"), ("file:up/secrets/plain", "value"), ("variable:TOKEN", "t0ken"),
        ] as [(String, String)]
    )
    func theValueIsRead(reference: String, value: String) throws {
        #expect(try answer(reference) == value)
    }

    @Test(
        arguments: [
            ("file:none", "cannot set A from file:none: No such file or directory"),
            ("file:gone", "cannot set A from file:gone: No such file or directory"),
            ("file:loop", "cannot set A from file:loop: Too many levels of symbolic links"),
            ("file:pipe", "cannot set A from file:pipe: it is no regular file"),
            ("file:nul", "cannot set A from file:nul: it contains a NUL, which no variable can hold"),
            ("file:large", "cannot set A from file:large: it has more than 32768 bytes"),
            ("file:binary", "cannot set A from file:binary: it is no text in UTF-8"),
            ("file:out", "secrets_dir: A is to come from file:out, which leads out of TOP"),
            ("file:shadow", "secrets_dir: A is to come from file:shadow, which leads out of TOP"),
            ("file:up", "secrets_dir: A is to come from file:up, which leads out of TOP"),
            ("file:up/outside", "secrets_dir: A is to come from file:up/outside, which leads out of TOP"),
            (
                "variable:OTHER",
                "secret_variable: A is to come from variable:OTHER, which it gives to no job; start it with --secret-variable OTHER"
            ),
        ] as [(String, String)]
    )
    func whatCannotBeHadIsNamedAndNotShown(reference: String, problem: String) throws {
        #expect(try answer(reference) == problem.replacing("TOP", with: folder.path + "/secrets"))
    }

    @Test func withoutAFolderThereAreNoFiles() throws {
        let problem = try answer("file:plain", SecretStore.none)
        #expect(
            problem
                == "secrets_dir: A is to come from file:plain, and it keeps no files for jobs; start it with --secrets-dir"
        )
    }

    @Test func aTaskFileMayNameAnything() throws {
        let path = try #require(SecretReference(ofTask: "file:\(folder.path)/outside"))
        #expect(try store.taskValue(of: path, for: "A") == "outside")
        #expect(try store.taskValue(of: .variable("OTHER"), for: "A") == "other")
        #expect(throws: JobRules.Refusal.self) { try store.taskValue(of: .variable("MISSING"), for: "A") }
    }

    @Test(
        arguments: [
            ("policy: {secrets: ['file:mail/*']}", "file:mail/a", nil),
            ("policy: {secrets: ['file:mail/*']}", "file:plain", "secrets"),
            ("policy: {secrets: []}", "variable:TOKEN", "secrets"), ("policy: {env: [B]}", "variable:TOKEN", "env"),
            ("policy: {env: [A]}", "variable:TOKEN", nil), ("policy: {commands: [make]}", "variable:TOKEN", "env"),
            ("tasks: {make: {argv: [make]}}", "variable:TOKEN", nil),
        ] as [(String, String, String?)]
    )
    func policiesHoldForWhatIsNamedToo(file: String, reference: String, rule: String?) throws {
        let rules = JobRules(try TaskFile(Array(file.utf8)), secrets: store)
        let place = try #require(SecretReference(reference))
        let job = try JobPolicyTests.job {
            $0.argv = ["make"]
            $0.envFrom = ["A": place]
        }
        var refusedBy: String?
        do throws(JobRules.Refusal) {
            _ = try rules.plan(for: job)
        } catch {
            if case .forbidden(let rule, _) = error { refusedBy = rule }
        }
        #expect(refusedBy == rule)
    }

    @Test func aTaskGetsWhatItsFileNames() throws {
        let text = """
            tasks:
              a: {argv: [env], env_from: {KEY: "file:\(folder.path)/outside", TOKEN: "variable:TOKEN"}}
            """
        let rules = JobRules(try TaskFile(Array(text.utf8)), secrets: store)
        let plan = try rules.plan(for: JobPolicyTests.job { $0.task = "a" })
        #expect(plan.environment == ["KEY": "outside", "TOKEN": "t0ken"] && plan.secrets == plan.environment)
        let wrong = "tasks: {a: {argv: [x], env: {A: x}, env_from: {A: file:x, B: hunter2}}}"
        let error = #expect(throws: TaskFileError.self) { try TaskFile(Array(wrong.utf8)) }
        #expect(
            Set(error?.problems.map(\.message) ?? []) == [
                "tasks.a.env_from.A: is in env too; give it in one of them",
                "tasks.a.env_from.B: says no place to look; give file:NAME, file:/PATH or variable:NAME",
            ]
        )
    }

    @Test func aMountThatDoesNotAnswerHoldsNothingUpForLong() async throws {
        let work = BlockingWork(patience: .milliseconds(50), stuckLimit: 1)
        let gate = DispatchSemaphore(value: 0)
        #expect(await work.run { 7 } == 7)
        #expect(await work.run { gate.wait() } == nil)
        #expect(await work.run { 7 } == nil)
        gate.signal()
        try await waitUntil("it is free again", within: .seconds(10)) { await work.run { 7 } == 7 }
    }
}
