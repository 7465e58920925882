import TestSupport
import Testing

@testable import QueueKit

@Suite struct TerminalTextTests {
    @Test(arguments: [
        ("plain", "plain"), ("日本語 é 😀", "日本語 é 😀"), ("\u{1b}[31mred", "\\x1b[31mred"), ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\u{0}\u{7f}", "\\x00\\x7f"), ("\u{9b}31m", "\\u{9b}31m"), ("\u{202e}evil", "\\u{202e}evil"),
        ("\u{2028}", "\\u{2028}"),
        ("a\r\nb", "a\\r\\nb"),
    ])
    func nothingThatControlsATerminalIsLeft(text: String, escaped: String) {
        #expect(TerminalText.escape(text) == escaped)
        #expect(TerminalText.escape(Array(text.utf8)) == escaped)
    }

    @Test(
        arguments: [
            ([0x61, 0xff, 0x62], "a\\xffb"), ([0xc3, 0xa9], "é"), ([0xc3], "\\xc3"), ([0xe2, 0x82], "\\xe2\\x82"),
            ([0xed, 0xa0, 0x80], "\\xed\\xa0\\x80"), ([0xc0, 0x80], "\\xc0\\x80"),
            ([0xf0, 0x9f, 0x98, 0x80, 0xff], "😀\\xff"),
            ([0x1b, 0xff], "\\x1b\\xff"),
        ] as [([UInt8], String)]
    )
    func bytesThatAreNoTextAreShownAsBytes(bytes: [UInt8], escaped: String) {
        #expect(TerminalText.escape(bytes) == escaped)
    }

    @Test func outputKeepsItsLines() {
        #expect(TerminalText.escape("a\n\tb\u{1b}[2J\r\n", keepsLines: true) == "a\n\tb\\x1b[2J\\r\n")
    }

    @Test func randomBytesNeverLeaveAControlCharacter() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<10_000 {
            let bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let escaped = TerminalText.escape(bytes)
            #expect(!escaped.unicodeScalars.contains { $0.properties.generalCategory == .control })
        }
    }

    @Test(arguments: [
        ("abc", 3, "abc"), ("abcd", 3, "ab…"), ("日本語", 6, "日本語"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("é", 1, "é"),
        ("abc", 1, "…"), ("abc", 0, ""), ("abc", -5, ""), ("", 0, ""), ("e\u{301}e\u{301}", 2, "e\u{301}e\u{301}"),
        ("😀😀", 3, "😀…"),
    ])
    func textIsCutToColumns(text: String, columns: Int, expected: String) {
        #expect(TerminalText.shorten(text, to: columns) == expected)
        #expect(TerminalText.width(TerminalText.shorten(text, to: columns)) <= max(0, columns))
    }

    @Test(
        arguments: [
            ("maxretries", "max_retries"), ("MAX-RETRIES", "max_retries"), ("prioriy", "priority"),
            ("pirority", "priority"),
            ("comand", "command"), ("zzz", nil), ("", nil), ("__", nil), ("x", nil),
            (String(repeating: "a", count: 100_000), nil),
        ] as [(String, String?)]
    )
    func nearestWordIsFound(word: String, expected: String?) {
        #expect(Suggestion.nearest(to: word, among: ["command", "priority", "max_retries", "id", "v"]) == expected)
    }
}
