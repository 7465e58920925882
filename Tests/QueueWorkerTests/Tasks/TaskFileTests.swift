import Testing

@testable import QueueWorker

/// What is wrong with a task file is told by line; what is right is taken as it stands.
@Suite struct TaskFileTests {
    /// The members of one task, in a file of which they begin in line 3.
    private static func problems(_ task: String) -> [String] {
        let lines = task.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }
        return problems(inFile: "tasks:\n  t:\n" + lines.joined(separator: "\n"))
    }

    private static func problems(inFile text: String) -> [String] {
        do throws(TaskFileError) {
            _ = try TaskFile(Array(text.utf8))
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test(
        arguments: [
            ("argv: [true, \"{a}\"]\nargs: {a: {type: string}}", nil),
            ("argv: [true, [--from, \"{a}\"], \"{{}}\"]\nargs: {a: {type: integer, optional: true}}", nil),
            ("argv: [sh, -c, 'echo \"$1\"', sh, \"{a}\"]\nargs: {a: {type: string}}", nil),
            ("args: {}", "line 3: tasks.t.argv: is no list of a program and its arguments"),
            ("argv: []", "line 3: tasks.t.argv: is no list of a program and its arguments"),
            ("argv: true", "line 3: tasks.t.argv: is no list of a program and its arguments"),
            (
                "argv: [\"{a}\"]\nargs: {a: {type: string}}",
                "line 3: tasks.t.argv[0]: is no program; a value cannot choose it"
            ),
            (
                "argv: [[nice, \"-n{a}\"], \"{a}\"]\nargs: {a: {type: string, optional: true}}",
                "line 3: tasks.t.argv[0]: is no program; a value cannot choose it"
            ),
            ("argv: [[true]]", "line 3: tasks.t.argv[0]: is no program; a value cannot choose it"),
            ("argv: [x, \"{b}\"]", "line 3: tasks.t.argv[1]: {b} is no argument of the task"),
            (
                "argv: [x, \"{\"]",
                "line 3: tasks.t.argv[1]: has a \"{\" without a \"}\"; a brace of its own is written twice"
            ),
            (
                "argv: [x, \"}\"]",
                "line 3: tasks.t.argv[1]: has a \"}\" without a \"{\"; a brace of its own is written twice"
            ),
            ("argv: [x]\nargs: {a: {type: string}}", "line 3: tasks.t.argv: does not use the argument a"),
            ("argv: [x]\ntimout: 5s", "line 4: tasks.t.timout: is not known; did you mean timeout?"),
            ("argv: [x]\ntimeout: 5", "line 4: tasks.t.timeout: is no duration up to 30d, such as 90s or 1h30m"),
            ("argv: [x]\nmax_retries: many", "line 4: tasks.t.max_retries: is no whole number from 0 to 1000"),
            ("argv: [x]\ncwd: here", "line 4: tasks.t.cwd: is no absolute path"),
            ("argv: [x]\nenv: {1A: x}", "line 4: tasks.t.env.1A: is no name of a variable"),
            ("argv: [x]\nargv: [y]", "line 4: argv is given twice, first in line 3"),
            (
                "argv: [x, \"{a}\"]\nargs:\n  a: {type: text}",
                "line 5: tasks.t.args.a.type: text is not known; give one of string, integer, boolean, path, list"
            ),
            (
                "argv: [x, \"{a}\"]\nargs:\n  a: {optional: true}",
                "line 5: tasks.t.args.a.type: is missing; give one of string, integer, boolean, path, list"
            ),
            (
                "argv: [x, \"{a}\"]\nargs:\n  a:\n    type: integer\n    pattern: x",
                "line 7: tasks.t.args.a.pattern: is not known; known are type, optional, allow_dash, min, max"
            ),
            (
                "argv: [x, \"{a}\"]\nargs:\n  a:\n    type: string\n    pattern: '['",
                "line 7: tasks.t.args.a.pattern: is no POSIX extended regular expression: Invalid regular expression"
            ),
            (
                "argv: [x, \"{a}\"]\nargs:\n  a: {type: integer, min: 2, max: 1}",
                "line 5: tasks.t.args.a: begins with 2, which is above its end 1"
            ),
            (
                "argv: [x, \"{a}\"]\nargs:\n  a: {type: boolean}",
                "line 5: tasks.t.args.a.flag: is missing; give the word for true, such as --all"
            ),
            (
                "argv: [x, \"{a}\"]\nargs:\n  a: {type: path}",
                "line 5: tasks.t.args.a.root: is missing; give the folder that it stays below"
            ),
            (
                "argv: [x, \"{a}\"]\nargs:\n  a: {type: string, optional: yes}",
                "line 5: tasks.t.args.a.optional: is neither true nor false"
            ),
            (
                "argv: [x, \"a{a}\"]\nargs:\n  a: {type: boolean, flag: -a}",
                "line 3: tasks.t.argv[1]: {a} must be a word of its own: it may stand for none, or several"
            ),
            (
                "argv: [x, \"{a}\"]\nargs:\n  a: {type: list, of: {type: string, allow_dash: true}}",
                "line 5: tasks.t.args.a.of.allow_dash: is not known; known are type, pattern, enum, max_bytes"
            ),
            (
                "argv: [x, \"{a}\"]\nargs:\n  a:\n    type: string\n    pattern: '(a)\\1'",
                "line 7: tasks.t.args.a.pattern: is no POSIX extended regular expression: back-references are not supported"
            ),
            ("argv: [&x true, *x]", "line 3: anchors (&) are not supported; write it out"),
            ("argv: [!!str x]", "line 3: tags (!) are not supported"),
            ("argv: [x", "line 4: did not find expected ',' or ']'"),
        ] as [(String, String?)]
    )
    func eachMistakeHasItsLine(task: String, problem: String?) {
        #expect(Self.problems(task) == (problem.map { [$0] } ?? []))
    }

    @Test(arguments: ["sh", "/bin/bash", "su", "python3"]) func aValueNeverBecomesPartOfAScript(program: String) {
        let problems = Self.problems("argv: [\(program), -c, \"echo {a}\"]\nargs: {a: {type: string}}")
        #expect(
            problems.count == 1 && problems[0].hasPrefix("line 3: tasks.t.argv[2]: would make a value part of a script")
        )
        #expect(Self.problems("argv: [env, A=b, \(program), -ec, \"{a}\"]\nargs: {a: {type: string}}").count == 1)
    }

    @Test(
        arguments: [
            "sh, -c, --, '{a}'", "sh, -c, -e, '{a}'", "sh, '-c{a}'", "sh, -c, [echo, '{b}'], '{a}'",
            "su, jobs, -c, '{a}'",
            "su, '--command={a}', jobs", "perl, -ne, '{a}'", "perl, '-M{a}'", "perl5.36.0, -e, '{a}'",
            "/usr/bin/python3.11, -c, '{a}'", "python3, '-c{a}'", "python3, -u, -c, '{a}'", "node, '--eval={a}'",
            "nodejs, -pe, '{a}'", "php8.2, -r, '{a}'", "ssh, h, 'ls {a}'", "ssh, -p, '22', h, '{a}'",
            "nice, ssh, h, ls, '{a}'",
        ]
    )
    func noneOfItsFormsIsLetThrough(argv: String) {
        let problems = Self.problems(
            "argv: [\(argv)]\nargs: {a: {type: string}, b: {type: string, optional: true}}"
        ).filter { !$0.contains("does not use") }
        #expect(problems.contains { $0.contains("would make a value part of a script") }, "\(problems)")
    }

    @Test(
        arguments: [
            "sh, -c, 'echo \"$1\"', -c, '{a}'", "sh, -ec, 'echo \"$1\"', sh, '{a}'", "python3, tool.py, -c, '{a}'",
            "perl, -e, 'print @ARGV', --, '{a}'", "sha256sum, -c, '{a}'", "ssh, -p, '{a}', h, uptime",
            "ssh, '{a}', uptime",
            "node, app.js, -p, '{a}'", "su, -c, make, '{a}'", "bash, --, '{a}'",
        ]
    )
    func anArgumentOfAScriptIsNone(argv: String) {
        #expect(Self.problems("argv: [\(argv)]\nargs: {a: {type: string}}") == [])
    }

    @Test func aFileFullOfNamesIsReadAtOnce() {
        let names = (0..<80_000).map { "n\($0): 1" }.joined(separator: "\n")
        let time = ownTime { #expect(Self.problems(inFile: names).count == 80_000) }
        #expect(time < 20)
    }

    @Test func everythingThatIsWrongIsTold() {
        let text = "task:\n  x: 1\ntasks:\n  a b:\n    argv: [x]\n  c:\n    argv: [y]\n    timeout: soon\n"
        #expect(
            Self.problems(inFile: text) == [
                "line 1: the file.task: is not known; did you mean tasks?",
                "line 5: tasks.a b: is no name of a task; give 1...128 of A-Z a-z 0-9 _ . -",
                "line 8: tasks.c.timeout: is no duration up to 30d, such as 90s or 1h30m",
            ]
        )
    }

    @Test(
        arguments: [
            ("", "line 1: the file is empty"), ("- a", "line 1: the file: is a list; give a mapping (name: value)"),
            ("tasks: {}\n---\ntasks: {}", "line 2: a second document begins; give one"),
            ("tasks:\n\ta: b", "line 2: found character that cannot start any token"),
            ("tasks: {}\n\nx: \u{1}", "line 3: control characters are not allowed"),
            ("tasks: {}\n#\u{0}", "line 2: there is a NUL byte"),
        ] as [(String, String)]
    )
    func whatIsNoSuchFileIsRefused(text: String, problem: String) {
        #expect(Self.problems(inFile: text) == [problem])
    }
}
