import QueueKit
import TestSupport
import Testing

@testable import QueueWorker

/// Values are hidden wherever a stream is cut, and little is held back.
@Suite struct ValueFilterTests {
    private static func run(_ values: [String], _ pieces: [[UInt8]]) -> String {
        var filter = ValueFilter(ValueMatcher(values.map { Array($0.utf8) }))
        var given: [UInt8] = []
        for piece in pieces { given += piece.withUnsafeBytes { filter.add($0) } }
        return String(decoding: given + filter.end(), as: UTF8.self)
    }

    @Test(
        arguments: [
            (["hunter2"], "a hunter2 b", "a [redacted] b"), (["hunter2"], "hunter2hunter2", "[redacted][redacted]"),
            (["abcd", "bcde"], "xabcdey", "x[redacted]y"), (["abcd", "cdef", "efgh"], "-abcdefgh-", "-[redacted]-"),
            (["bcde", "abcdefgh"], "abcdefgh abcdefx", "[redacted] a[redacted]fx"),
            (["aaaa"], "aaaaaaa b", "[redacted] b"), (["hunter2"], "hunter1", "hunter1"),
            (["hunter2"], "say hunte", "say [redacted]"), (["hunter2"], "say hun", "say hun"),
            (["pass", "password"], "password pass", "[redacted] [redacted]"), (["käse"], "käse", "[redacted]"),
        ] as [([String], String, String)]
    )
    func whatIsFoundIsTheSameHoweverItIsCut(values: [String], text: String, clean: String) {
        let bytes = Array(text.utf8)
        #expect(Self.run(values, [bytes]) == clean)
        #expect(Self.run(values, bytes.map { [$0] }) == clean)
        for cut in bytes.indices {
            #expect(Self.run(values, [Array(bytes[..<cut]), Array(bytes[cut...])]) == clean)
        }
    }

    @Test func againstASearchThatLooksEverywhere() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<3000 {
            let letters = Array("ab".utf8)
            func word(_ length: ClosedRange<Int>) -> [UInt8] {
                (0..<Int.random(in: length, using: &random)).map { _ in letters.randomElement(using: &random) ?? 0 }
            }
            let values = (0..<3).map { _ in word(4...7) }
            let text = word(0...40)
            var isHidden = [Bool](repeating: false, count: text.count)
            for value in values where value.count <= text.count {
                for start in 0...(text.count - value.count) where Array(text[start..<start + value.count]) == value {
                    for at in start..<start + value.count { isHidden[at] = true }
                }
            }
            var filter = ValueFilter(ValueMatcher(values))
            var given: [UInt8] = []
            var rest = text[...]
            while !rest.isEmpty {
                let piece = Array(rest.prefix(Int.random(in: 1...5, using: &random)))
                rest = rest.dropFirst(piece.count)
                given += piece.withUnsafeBytes { filter.add($0) }
            }
            given += filter.end()
            // What is left of the text is what no value covers, but for a beginning of one at its end.
            let shown = String(decoding: given, as: UTF8.self).replacing("[redacted]", with: "")
            let open = String(decoding: text.indices.filter { !isHidden[$0] }.map { text[$0] }, as: UTF8.self)
            #expect(open.hasPrefix(shown) && open.count - shown.count < 7, "\(values) in \(text)")
        }
    }

    @Test func onlyWhatMayBeginAValueWaits() {
        var filter = ValueFilter(ValueMatcher([Array("hunter2".utf8)]))
        func add(_ text: String) -> String {
            String(decoding: Array(text.utf8).withUnsafeBytes { filter.add($0) }, as: UTF8.self)
        }
        #expect(add("name: ") == "name: ")
        #expect(add("hunter") == "")
        #expect(add("s") == "hunters")
        #expect(add("xhunter") == "x")
        #expect(add("2") == "[redacted]")
    }

    @Test func aKeyOfSeveralLinesIsHiddenLineByLine() throws {
        let values = try #require(
            SecretValues(["KEY": "-----BEGIN-----\n  c2VjcmV0\r\n}\n", "PIN": "123", "NONE": ""])
        )
        let clean = values.hidden(in: Array("> -----BEGIN-----\n> c2VjcmV0\n}\n123\n".utf8))
        #expect(String(decoding: clean, as: UTF8.self) == "> [redacted]\n> [redacted]\n}\n123\n")
        #expect(values.tooShort == ["PIN"])
        #expect(SecretValues(["A": ""]) == nil)
    }
}
