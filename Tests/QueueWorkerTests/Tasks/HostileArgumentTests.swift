import Foundation
import Glibc
import QueueKit
import TestSupport
import Testing

@testable import QueueWorker

/// What somebody pushes who means harm becomes one word of the argv, byte for byte, or is refused.
@Suite struct HostileArgumentTests {
    /// Texts that a shell, a program, or a reader of lines would take for more than they are.
    static let texts = [
        "; rm -rf /", "$(touch /tmp/x)", "`id`", "a\nb", "\n", "a\r\nb", "*", "~", "'", "\"", "\\", "a b", "", " ",
        "$HOME",
        "|cat", "&", "<x", "{b}", "{{", "}", "%s", "\u{1b}[2J", "é\u{202e}", "\u{7f}",
        String(repeating: "x", count: 131_071),
    ]

    private static let file = """
        tasks:
          after:
            argv: [/bin/sh, -c, 'printf "%s\\0" "$@" >"$OUT"', sh, --, "{text}", "<{text}>", "{many}"]
            args:
              text: {type: string}
              many: {type: list, of: {type: string}}
        """

    private func rules(_ text: String, tasksOnly: Bool = false) throws -> JobRules {
        JobRules(try TaskFile(Array(text.utf8)), tasksOnly: tasksOnly)
    }

    /// The argv of a task, or why it is refused.
    private func argv(_ args: String, _ file: String) throws -> Result<[String], JobRules.Refusal> {
        var document = JobDocument()
        document.task = "t"
        document.args = args
        let fields = try document.validated().fields(configuration: QueueConfiguration())
        let job = Job(id: JobID.generate(), queue: .default, fields: fields.map { ($0.name, Array($0.value.utf8)) })
        let rules = try rules(file)
        do throws(JobRules.Refusal) {
            guard case .argv(let words) = try rules.plan(for: job).command else { throw .unknown("no argv") }
            return .success(words)
        } catch {
            return .failure(error)
        }
    }

    private static func json(_ text: String) throws -> String {
        String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
    }

    /// A file with one task `t`.
    private static func task(_ argv: String, _ args: String) -> String {
        "tasks:\n  t:\n    argv: \(argv)\n    args: \(args)\n"
    }

    @Test func aRealProgramIsGivenExactlyThat() async throws {
        let shop = try await Workshop()
        let folder = try TemporaryFolder()
        let executor = try ProcessExecutor(
            environment: ["PATH": "/usr/bin:/bin"],
            rules: rules(Self.file + "\n    env: {OUT: \(folder.path)/x}")
        )
        try await shop.withWorker(slots: 1, executor: executor) { _ in
            // 131,071 bytes is the longest that a word may be; "<>" would make it longer.
            for text in Self.texts.dropLast() + [String(repeating: "x", count: 131_069)] {
                var document = JobDocument()
                document.task = "after"
                document.args = #"{"text":\#(try Self.json(text)),"many":[\#(try Self.json(text)),"--"]}"#
                let job = NewJob(try document.validated())
                _ = try await shop.queue.enqueue([job], configuration: try await shop.configuration())
                try await shop.wait(for: job.id, .completed)
                let written = try Data(contentsOf: URL(filePath: "\(folder.path)/x"))
                let words = written.split(separator: 0, omittingEmptySubsequences: false).dropLast()
                #expect(words.map { String(decoding: $0, as: UTF8.self) } == ["--", text, "<\(text)>", text, "--"])
            }
        }
    }

    @Test(arguments: texts) func aWordIsAWord(text: String) throws {
        let words = try argv(#"{"a":\#(Self.json(text))}"#, Self.task(#"[x, "{a}"]"#, "{a: {type: string}}")).get()
        #expect(words == ["x", text])
    }

    @Test(arguments: ["-", "-rf", "--output=/etc/passwd", "-\n", "--", "-\u{301}x"]) func aDashIsNoOption(text: String)
        throws
    {
        let value = #"{"a":\#(try Self.json(text))}"#
        let string = "{a: {type: string}}"
        guard case .failure(.arguments(let problem)) = try argv(value, Self.task(#"[x, "{a}"]"#, string)) else {
            Issue.record("\(text) is let through")
            return
        }
        #expect(problem.hasPrefix(#"the task t: args.a begins with "-", which the program could take for an option"#))
        #expect(try argv(value, Self.task(#"[x, --, "{a}"]"#, string)).get() == ["x", "--", text])
        #expect(try argv(value, Self.task(#"[x, "--name={a}"]"#, string)).get() == ["x", "--name=" + text])
        #expect(
            try argv(value, Self.task(#"[x, "{a}"]"#, "{a: {type: string, allow_dash: true}}")).get() == ["x", text]
        )
        // A `--` that may be left out, or that a value brought, is none.
        #expect(throws: JobRules.Refusal.self) { try argv(value, Self.task(#"[x, [--], "{a}"]"#, string)).get() }
        let two = #"{"a":"","b":\#(try Self.json(text))}"#
        let strings = "{a: {type: string}, b: {type: string}}"
        #expect(throws: JobRules.Refusal.self) { try argv(two, Self.task(#"[x, "{a}{b}"]"#, strings)).get() }
        let list = #"{"a":["x",\#(try Self.json(text))]}"#
        #expect(throws: JobRules.Refusal.self) {
            try argv(list, Self.task(#"[x, "{a}"]"#, "{a: {type: list, of: {type: string}}}")).get()
        }
    }

    @Test(
        arguments: [
            ("{}", "{a: {type: integer, min: 1}}", "args.a is missing; expected is a whole number from 1"),
            (#"{"b":1}"#, "{a: {type: integer}}", "args.b is not known; the task takes a"),
            (
                #"{"a":0}"#, "{a: {type: integer, min: 1, max: 9}}",
                "args.a 0 is not what is expected: a whole number from 1 to 9"
            ),
            (#"{"a":1.5}"#, "{a: {type: integer}}", "args.a 1.5 is not what is expected: a whole number"),
            (#"{"a":"1"}"#, "{a: {type: integer}}", #"args.a "1" is not what is expected: a whole number"#),
            (
                #"{"a":-1}"#, "{a: {type: integer}}",
                #"args.a begins with "-", which the program could take for an option; expected is a whole number that does not"#
            ),
            (#"{"a":1}"#, "{a: {type: string}}", "args.a 1 is not what is expected: a text of at most 131071 bytes"),
            (#"{"a":"a\u0000b"}"#, "{a: {type: string}}", "args.a contains a NUL, which no argument can hold"),
            (
                #"{"a":"abc"}"#, "{a: {type: string, max_bytes: 2}}",
                "args.a has 3 bytes; expected is a text of at most 2 bytes"
            ),
            (
                #"{"a":"c"}"#, "{a: {type: string, enum: [a, b]}}",
                #"args.a "c" is not what is expected: one of "a", "b""#
            ),
            (
                #"{"a":"\u212a"}"#, "{a: {type: string, enum: [K]}}",
                "args.a \"\u{212a}\" is not what is expected: one of \"K\""
            ),
            (
                #"{"a":"abc\n"}"#, "{a: {type: string, pattern: '[a-z]+'}}",
                #"args.a "abc\n" is not what is expected: a text like [a-z]+ of at most 4096 bytes"#
            ),
            (
                #"{"a":"a;b"}"#, "{a: {type: string, pattern: 'a|b'}}",
                #"args.a "a;b" is not what is expected: a text like a|b of at most 4096 bytes"#
            ),
            (
                #"{"a":"yes"}"#, "{a: {type: boolean, flag: -v}}",
                #"args.a "yes" is not what is expected: true or false"#
            ),
            (
                #"{"a":[1,2]}"#, "{a: {type: list, of: {type: integer}, max_items: 1}}",
                "args.a has 2 elements; expected is a list of 0 to 1, each a whole number"
            ),
            (
                #"{"a":[1,"x"]}"#, "{a: {type: list, of: {type: integer}}}",
                #"args.a [1] "x" is not what is expected: a whole number"#
            ),
        ] as [(String, String, String)]
    )
    func whatDoesNotFitIsRefused(args: String, parameters: String, problem: String) throws {
        guard case .failure(.arguments(let text)) = try argv(args, Self.task(#"[x, "{a}"]"#, parameters)) else {
            Issue.record("it is let through")
            return
        }
        #expect(text == "the task t: " + problem)
    }

    @Test func whatIsLeftOutTakesItsWordsWithIt() throws {
        let file = Self.task(
            #"[x, [--size, "{size}"], "{all}", "{names}", "{{a}}"]"#,
            "{size: {type: integer, optional: true}, all: {type: boolean, flag: --all}, names: {type: list, of: {type: string}}}"
        )
        #expect(try argv(#"{"all":false,"names":[]}"#, file).get() == ["x", "{a}"])
        #expect(
            try argv(#"{"all":true,"size":3.0,"names":["a","b"]}"#, file).get() == [
                "x", "--size", "3", "--all", "a", "b", "{a}",
            ]
        )
    }

    @Test func anOptionGoesWithItsValue() throws {
        let file = Self.task(
            #"[tar, [--exclude, "{skip}"], [--level, "{loud}"], --, "{f}"]"#,
            "{skip: {type: list, of: {type: string}}, loud: {type: boolean, flag: '9'}, f: {type: string}}"
        )
        let value = "--checkpoint-action=exec=sh"
        #expect(try argv(#"{"skip":[],"loud":false,"f":"\#(value)"}"#, file).get() == ["tar", "--", value])
        // A boolean that is not given is false.
        #expect(try argv(#"{"skip":["x"],"f":"a"}"#, file).get() == ["tar", "--exclude", "x", "--", "a"])
        let needed = Self.task(#"[x, "{a}"]"#, "{a: {type: boolean, flag: -a, optional: false}}")
        #expect(throws: JobRules.Refusal.self) { try argv("{}", needed).get() }
    }

    @Test func stdinReachesOnlyATaskThatTakesIt() throws {
        let job = try JobPolicyTests.job {
            $0.task = "t"
            $0.stdin = "rm -rf /"
        }
        let file = Self.task("[sh]", "{}")
        #expect {
            try rules(file).plan(for: job)
        } throws: { error in
            guard case .forbidden("stdin", let problem)? = error as? JobRules.Refusal else { return false }
            return problem == "the task t takes none, and the job brings one"
        }
        #expect(throws: Never.self) { try rules(file + "    stdin: true\n").plan(for: job) }
    }

    @Test func aLetterThatLooksLikeAnotherLeadsNowhereElse() throws {
        let folder = try TemporaryFolder()
        let root = folder.path + "/root"
        for name in ["root", "root\u{301}", "root/\u{301}a"] {
            // Not by Foundation, which takes a slash with a mark for no slash.
            try #require(mkdir("\(folder.path)/\(name)", 0o700) == 0)
        }
        try FileManager.default.createSymbolicLink(atPath: root + "/link", withDestinationPath: folder.path)
        let new = Self.task(#"[x, "{a}"]"#, "{a: {type: path, root: \(root), must_exist: false}}")
        #expect(try argv(#"{"a":"\u0301a"}"#, new).get() == ["x", root + "/\u{301}a"])
        for path in ["../\u{301}up", "link/\u{301}new", "../root\u{301}", "link/root\u{301}"] {
            guard case .failure(.arguments(let problem)) = try argv(#"{"a":"\#(path)"}"#, new) else {
                Issue.record("\(path) is let through")
                continue
            }
            #expect(problem.hasSuffix("leads out of \(root)"))
        }
    }

    @Test func whatIsNotMountedIsNoFaultOfTheJob() throws {
        let folder = try TemporaryFolder()
        let root = folder.path + "/root"
        let file = Self.task(#"[x, "{a}"]"#, "{a: {type: list, of: {type: path, root: \(root)}}}")
        guard case .failure(.unavailable(let problem)) = try argv(#"{"a":["b"]}"#, file) else {
            Issue.record("it is not tried again")
            return
        }
        let reason = "which cannot be entered: No such file or directory"
        #expect(problem == #"the task t: args.a [0] "b" has the root \#(root), \#(reason)"#)
        let job = try JobPolicyTests.job {
            $0.argv = ["true"]
            $0.cwd = root + "/x"
        }
        #expect {
            try rules("policy: {cwd_root: \(root)}").plan(for: job)
        } throws: { error in
            if case .unavailable? = error as? JobRules.Refusal { true } else { false }
        }
    }

    @Test func pathsStayBelowTheirRoot() throws {
        let folder = try TemporaryFolder()
        let files = FileManager.default
        let root = folder.path + "/root"
        try files.createDirectory(atPath: root + "/in", withIntermediateDirectories: true)
        try Data().write(to: URL(filePath: root + "/in/a"))
        try files.createDirectory(atPath: folder.path + "/rooted", withIntermediateDirectories: false)
        for (link, to) in [("out", "/etc"), ("up", ".."), ("near", "in"), ("loose", "/nowhere/x")] {
            try files.createSymbolicLink(atPath: "\(root)/\(link)", withDestinationPath: to)
        }
        let file = Self.task(#"[x, "{a}"]"#, "{a: {type: path, root: \(root)}}")
        let new = Self.task(#"[x, "{a}"]"#, "{a: {type: path, root: \(root), must_exist: false}}")
        for path in ["in/a", "near/a", "\(root)/in/../in/a", "./in//a"] {
            #expect(try argv(#"{"a":"\#(path)"}"#, file).get() == ["x", root + "/in/a"])
        }
        #expect(try argv(#"{"a":"in/-new"}"#, new).get() == ["x", root + "/in/-new"])
        for path in [
            "/etc/passwd", "../rooted", "\(root)ed", "out/passwd", "up/rooted", "in/../../rooted", "", "a\\u0000b",
        ] {
            for file in [file, new] {
                #expect(throws: JobRules.Refusal.self, "\(path)") { try argv(#"{"a":"\#(path)"}"#, file).get() }
            }
        }
        for path in ["loose", "out/new", "none/new", ".."] {
            #expect(throws: JobRules.Refusal.self, "\(path)") { try argv(#"{"a":"\#(path)"}"#, new).get() }
        }
    }
}
