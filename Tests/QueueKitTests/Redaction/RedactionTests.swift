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
            ("((a{1,200}){200}){2}", "it repeats something more than 32767 times"),
        ] as [(String, String)]
    )
    func aMistakeIsNamed(patterns: String, message: String) {
        let error = #expect(throws: ConfigurationError.self) { try ConfigurationKey.redact.canonical(patterns) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test func oneThatStandsInRedisAndIsWrongHidesNothingAndIsTold() {
        let configuration = QueueConfiguration(stored: ["redact": "("])
        #expect(configuration.redact.isEmpty && configuration.problems.map(\.key) == ["redact"])
        #expect(QueueConfiguration(stored: ["redact": "a\nb"]).text(of: .redact) == "a\nb")
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
