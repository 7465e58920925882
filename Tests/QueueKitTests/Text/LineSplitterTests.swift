import Testing

@testable import QueueKit

/// Lines that arrive in pieces of any size.
@Suite struct LineSplitterTests {
    private func split(_ text: String, pieces: Int, limit: Int = 8) -> [LineSplitter.Line] {
        var splitter = LineSplitter(limit: limit)
        var lines: [LineSplitter.Line] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            splitter.add(rest.prefix(pieces)) { lines.append($0) }
            rest = rest.dropFirst(pieces)
        }
        splitter.end { lines.append($0) }
        return lines
    }

    private func text(_ text: String) -> LineSplitter.Line { .text(Array(text.utf8)) }

    @Test(arguments: [1, 2, 3, 5, 100])
    func linesAreTheSameHoweverTheyArrive(pieces: Int) {
        #expect(split("", pieces: pieces) == [])
        #expect(split("a\nbc\n", pieces: pieces) == [text("a"), text("bc")])
        #expect(split("a\r\n\r\nlast", pieces: pieces) == [text("a"), text(""), text("last")])
        #expect(split("\u{feff}a\n\u{feff}b", pieces: pieces) == [text("a"), text("\u{feff}b")])
        #expect(split("12345678\r\n123456789\nx", pieces: pieces) == [text("12345678"), .tooLong(9), text("x")])
        #expect(split("1234567890123\n", pieces: pieces) == [.tooLong(13)])
        #expect(split("x\n1234567890", pieces: pieces) == [text("x"), .tooLong(10)])
    }
}
