import TestSupport
import Testing

@testable import QueueKit

/// Files of documents, cut into lines as `enqueue --file` cuts them, beside a splitter that has the whole file at once.
@Suite struct LineFuzzTests {
    private static let limit = 160

    private static func file(using random: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = Int.random(in: 0..<4, using: &random) == 0 ? [0xef, 0xbb, 0xbf] : []
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes += Array(repeating: 0x78, count: limit + Int.random(in: -2...200, using: &random))
            case 1: bytes += [0x20, 0x09].prefix(Int.random(in: 0...2, using: &random))
            default: bytes += DocumentMaker.bytes(using: &random)
            }
            switch Int.random(in: 0..<8, using: &random) {
            case 0: bytes += Array("\r\r\n".utf8)
            case 1...3: bytes += Array("\r\n".utf8)
            default: bytes += [0x0a]
            }
        }
        return Bool.random(using: &random) ? bytes : bytes.dropLast(Int.random(in: 0...2, using: &random))
    }

    private static func expected(_ file: [UInt8]) -> [LineSplitter.Line] {
        var pieces = file.split(separator: 0x0a, omittingEmptySubsequences: false)
        if pieces.last?.isEmpty == true { pieces.removeLast() }
        return pieces.enumerated().map { at, piece in
            // Counted before anything is taken off, where it is longer by more than a carriage return.
            if piece.count > limit + 1 { return .tooLong(piece.count) }
            var line = piece
            if at == 0, line.starts(with: [0xef, 0xbb, 0xbf]) { line = line.dropFirst(3) }
            if line.last == 0x0d { line = line.dropLast() }
            return line.count > limit ? .tooLong(line.count) : .text(Array(line))
        }
    }

    @Test func linesAreTheSameHoweverTheFileArrives() throws {
        var documents = 0
        try Fuzz.run("lines", seed: 11) { random in
            let file = Self.file(using: &random)
            var splitter = LineSplitter(limit: Self.limit)
            var lines: [LineSplitter.Line] = []
            var rest = file[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...100, using: &random))
                splitter.add(piece) { lines.append($0) }
                rest = rest.dropFirst(piece.count)
            }
            splitter.end { lines.append($0) }
            guard lines == Self.expected(file) else { return "\(file) was cut into \(lines)" }
            // What is wrong with a line is a matter of documents, most of the time.
            for case .text(let line) in lines.prefix(1) {
                do throws(DocumentError) {
                    _ = try JobDocument(json: line)
                    documents += 1
                } catch {
                    if let problem = OneLine.problem(with: error.description) { return problem }
                }
            }
            return nil
        }
        #expect(documents > 1000)
    }
}
