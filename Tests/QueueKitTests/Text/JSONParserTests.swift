import Testing

@testable import QueueKit

@Suite struct JSONParserTests {
    @Test(arguments: [
        ("null", "null"), (" true ", "true"), ("[]", "[]"), ("{}", "{}"), ("[1 , 2]", "[1,2]"), ("-0", "-0"),
        ("0.10", "0.10"), ("1E+5", "1E+5"), ("9007199254740992", "9007199254740992"),
        ("-9007199254740992", "-9007199254740992"),
        (#"{"b":1,"a":{"b":[]}}"#, #"{"b":1,"a":{"b":[]}}"#), (#""\u00e9\ud83d\ude00\/""#, #""é😀/""#),
        (#""\b\f\n\r\t\"\\""#, #""\u0008\u000c\n\r\t\"\\""#), (#""\u0000""#, #""\u0000""#),
        ("\"\u{7f}\u{9b}\u{2028}\u{202e}\"", #""\u007f\u009b\u2028\u202e""#), (#"{"":0}"#, #"{"":0}"#),
    ])
    func valuesAreWrittenBackOnOneLine(text: String, expected: String) throws {
        let value = try JSONParser.parse(Array(text.utf8))
        #expect(value.text == expected)
        #expect(try JSONParser.parse(Array(expected.utf8)) == value)
    }

    @Test(arguments: [
        "", "nul", "nulll", "True", "01", "-01", "-", "+1", ".5", "1.", "1e", "1e+", "0x1", "NaN", "Infinity", "1e999",
        "9007199254740993", "-9007199254740993", "99999999999999999999999", "[1,]", "[,1]", "[1 2]", "[", "]", "{", "}",
        "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\":1 \"b\":2}", "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"\\u0061\":1}",
        "\"", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud800\"", "\"\\ud800x\"", "\"\\ud800\\n\"",
        "\"\\ud800\\ud800\"", "\"\\udc00\"", "\"\n\"", "\"\u{0}\"", "'a'", "1 2", "[] []", "// x", "\u{a0}1",
        "\u{feff}1", "\u{c}1",
    ])
    func whatIsNotStrictJSONIsRefused(text: String) {
        #expect(throws: JSONError.self) { try JSONParser.parse(Array(text.utf8)) }
    }

    @Test(
        arguments: [
            ("8", 8), ("8.0", 8), ("80e-1", 8), ("1e3", 1000), ("-1", -1), ("-0", 0), ("8.5", nil), ("1e300", nil),
            ("\"8\"", nil),
            ("true", nil), ("null", nil),
        ] as [(String, Int64?)]
    )
    func wholeNumbersAreKnownByTheirValue(text: String, expected: Int64?) throws {
        #expect(try JSONParser.parse(Array(text.utf8)).wholeNumber == expected)
    }

    @Test func errorsSayWhere() {
        #expect(throws: JSONError(reason: "expected \",\" or \"]\"", offset: 4)) {
            try JSONParser.parse(Array("[1  2]".utf8))
        }
        #expect(throws: JSONError(reason: "it ends too early", offset: 3)) { try JSONParser.parse(Array("[1,".utf8)) }
        #expect(throws: JSONError(reason: "half of a surrogate pair stands alone", offset: 2)) {
            try JSONParser.parse(Array(#"["\ud800"]"#.utf8))
        }
    }
}
