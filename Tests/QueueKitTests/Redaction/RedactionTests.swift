import QueueKit
import Testing

@testable import QueueKit

/// The setting `redact`, and what it does to lines.
@Suite struct RedactionTests {
    @Test(
        arguments: [
            ("token=[^ ]+", "a token=x b\ntoken=yy", "a [redacted] b\n[redacted]"),
            ("AKIA[0-9A-Z]{4}\nsk-[a-z]+", "AKIA1234,sk-abc", "[redacted],[redacted]"),
            ("^a", "aa\na", "[redacted]a\n[redacted]"),
            ("abc\nbcd", "abcd", "[redacted]"), ("x$", "xx\r\nx", "x[redacted]\r\n[redacted]"),
            ("none", "none", "none"),
            ("(é)+", "aééb\u{0}é", "a[redacted]b\u{0}[redacted]"), ("a*b", "aaab b", "[redacted] [redacted]"),
        ] as [(String, String, String)]
    )
    func whatMatchesIsReplaced(patterns: String, text: String, clean: String) throws {
        let redaction = try Redaction(patterns)
        #expect(redaction.redacted(text) == clean)
        var redactor = LineRedactor(redaction)
        let given = Array(text.utf8).flatMap { redactor.add([$0]) } + redactor.end()
        #expect(String(decoding: given, as: UTF8.self) == clean)
    }

    @Test(
        arguments: [
            ("(", "redact: \"(\" is no list of regular expressions: \"(\": Unmatched ( or \\(; give"),
            ("a\n[", "redact: \"a\\n[\" is no list of regular expressions: \"[\":"),
            (
                "(a)\\1",
                "\": back-references are not supported"
            ),
            ("a*", "redact: \"a*\" has a pattern that matches nothing at all: \"a*\"; give"),
            ("((a{1,200}){200}){2}", "it is too long, with its repetitions written out"),
            ("a{0,12000}b", "it is too long, with its repetitions written out"),
            ("(a{0,180}){0,180}b", "it is too long, with its repetitions written out"),
            ("x{700}\ny{400}", "\"y{400}\": it is too long"), ("", "has no pattern"),
            ("a\u{1}", "with a control character"),
        ] as [(String, String)]
    )
    func aMistakeIsNamed(patterns: String, message: String) {
        let error = #expect(throws: ConfigurationError.self) { try ConfigurationKey.redact.canonical(patterns) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test func oneThatStandsInRedisAndIsWrongIsToldAndTheOthersHide() {
        let mixed = QueueConfiguration(stored: ["redact": "good=[0-9]+\n(\nalso=[0-9]+"])
        #expect(mixed.redact.redacted("good=1 also=2") == "[redacted] [redacted]")
        #expect(mixed.problems.count == 1 && mixed.problems.first?.description.contains("Unmatched (") == true)
        let configuration = QueueConfiguration(stored: ["redact": "("])
        #expect(configuration.redact.isEmpty && configuration.problems.map(\.key) == ["redact"])
        #expect(QueueConfiguration(stored: ["redact": "a\nb"]).text(of: .redact) == "a\nb")
    }

    @Test func linesMayEndAsOnWindows() throws {
        let redaction = try Redaction("key=[0-9]\r\npin=[0-9]\r\n")
        #expect(redaction.redacted("key=1 pin=2") == "[redacted] [redacted]")
        #expect(redaction.text == "key=[0-9]\npin=[0-9]")
    }

    /// What the C library finds first is hidden, and nothing where it finds nothing.
    @Test func patternsMeanWhatTheyMeanToTheCLibrary() throws {
        let patterns = [
            "a|bc", "a(b|c)*d", "[]a]+", "[^]a]b", "[a-c-]x", "[[:digit:]]{2,3}", "a{2}", "a{,2}b", "a{1,}b",
            "(a|ab)(c|bcd)",
            "^a", "b$", "\\.", "\\w+=", "\\ba", "a\\b", "\\<b", "c\\>", "[[.a.]]b", "[[=b=]]+", "(^|c)a", "a.c", "()b",
            "(|a)b", "a)",
            "a\\|b", "\\s\\S", "\\W", "[a\\]+b", "(a*)*b", "(a?){3}c", "x?y*z+a",
        ]
        var random = SystemRandomNumberGenerator()
        for pattern in patterns {
            let (ours, theirs) = (try LinePattern(pattern, limit: 1000), try RegularExpression(pattern))
            for _ in 0..<300 {
                let letters = Array("aaabbbcccd1-.=| \\])xz".utf8)
                let line = (0..<Int.random(in: 0...12, using: &random)).compactMap { _ in letters.randomElement() }
                line.withUnsafeBytes { bytes in
                    var found: [Range<Int>] = []
                    ours.search(bytes) { if !$0.isEmpty { found.append($0) } }
                    let text = String(decoding: line, as: UTF8.self)
                    guard let match = theirs.match(in: bytes, 0..<bytes.count) else {
                        #expect(found.isEmpty, "\(pattern) in \(text)")
                        return
                    }
                    if match.isEmpty { return }
                    #expect(found.contains { $0 == match }, "\(pattern) in \(text): \(found), not \(match)")
                    #expect(found.map(\.lowerBound).min() == match.lowerBound, "\(pattern) in \(text)")
                }
            }
        }
    }

    @Test func membersAndNumbersAreLookedAt() throws {
        let redaction = try Redaction(
            #"""
            [0-9]{16}
            "token":"[^"]*"
            pin=[0-9]+
            --password [^ ]+
            """#
        )
        let json = #"{"token":"sekret","n":4111111111111111,"pin":12,"rest":[1,{"token":"x"}]}"#
        let clean = #"{"token":"[redacted]","n":"[redacted]","pin":"[redacted]","rest":[1,{"token":"[redacted]"}]}"#
        #expect(redaction.redactedJSON(json) == clean)
        #expect(RunNote.result(json).redacted(by: redaction) == .result(clean))
        let argv = ["x", "--password", "hunter2", "y"]
        #expect(redaction.redacted(words: argv) == ["x", "[redacted]", "[redacted]", "y"])
        #expect(redaction.redacted(words: ["x", "--password", "a b"]) == ["x", "[redacted]", "[redacted]"])
        #expect(redaction.redacted(words: ["-pin=1z", "y"]) == ["-[redacted]z", "y"])
    }

    /// By the C library, the first of these took 1.7 GB, the others seconds for each line.
    @Test(arguments: ["a{0,490}b", "(a{0,20}){0,20}b", "[ab]*a[ab]{400}c", "(.{0,20}){0,20}x", "a|[a-y]{0,490}z"])
    func theWorstPatternTakesALineInItsStride(pattern: String) throws {
        let redaction = try Redaction(pattern)
        let line = String(repeating: "ab", count: 1024)
        let time = ContinuousClock().measure { _ = redaction.redacted(line) }
        #expect(time < .seconds(10), "\(time)")
    }

    @Test func aLongLineIsLookedAtInPieces() throws {
        let redaction = try Redaction("secret-[0-9]+")
        for start in stride(from: 1500, to: 2300, by: 7) {
            let text = String(repeating: "x", count: start) + "secret-1234567 end"
            #expect(redaction.redacted(text) == String(repeating: "x", count: start) + "[redacted] end")
        }
        let endless = "secret-" + String(repeating: "1", count: 10_000) + "\nnext"
        #expect(redaction.redacted(endless) == "[redacted]\nnext")
    }

    @Test(arguments: ["(a|aa)+b", "(a*)*b", "a.*a.*a.*b", "(x+x+)+y"]) func noPatternTakesForEver(pattern: String)
        throws
    {
        let redaction = try Redaction(pattern)
        let clock = ContinuousClock()
        let time = clock.measure { _ = redaction.redacted(String(repeating: "a", count: 20_000)) }
        #expect(time < .seconds(20), "\(time)")
    }

    @Test func allTextsOfAJobAreLookedAt() throws {
        let fields = [
            ("argv", #"["curl","--header","key=1"]"#), ("env", #"{"KEY":"v","OTHER":"key=2"}"#), ("stdin", "key=3"),
            ("tags", #"["key=4"]"#), ("meta", #"{"key=5":"key=5","n":{"key=5":1}}"#), ("error", "key=6"),
            ("result", #""key=7""#), ("progress_text", "key=8"), ("cwd", "/key=9"),
        ]
        let job = Job(id: JobID.generate(), queue: .default, fields: fields.map { ($0.0, Array($0.1.utf8)) })
        let json = job.redacted(by: try Redaction("key=[0-9]\n^KEY=.*")).json
        #expect(!json.contains("key="))
        #expect(json.contains(#""env":{"KEY":"[redacted]","OTHER":"[redacted]"}"#), "\(json)")
    }
}
