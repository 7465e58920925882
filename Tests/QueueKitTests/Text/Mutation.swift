import TestSupport

/// Changes valid text into what broken producers send: bytes lost, doubled, replaced, and pieces of JSON in wrong places.
struct Mutation {
    private static let pieces: [[UInt8]] =
        [
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud800", "0", "-", "9", ".", "e", "E+", "null", "true",
            "\n",
            "\u{1b}[2J", "é", "😀", "9007199254740993", "1e999", "-1", "99999999999999999999", "\"v\":1,",
            "\"state\":1,",
        ].map { Array($0.utf8) } + [[0], [0xff], [0xc3], [0xed, 0xa0, 0x80], [0xef, 0xbb, 0xbf], [0x1f]]

    static func mutated(_ bytes: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
        var result = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let start = Int.random(in: 0...result.count, using: &random)
            let end = min(result.count, start + Int.random(in: 0...6, using: &random))
            switch Int.random(in: 0..<4, using: &random) {
            case 0: result.removeSubrange(start..<end)
            case 1: result.replaceSubrange(start..<end, with: pieces.randomElement(using: &random) ?? [])
            case 2: result.insert(contentsOf: result[start..<end], at: Int.random(in: 0...result.count, using: &random))
            default:
                for index in start..<end { result[index] = UInt8.random(in: 0...255, using: &random) }
            }
        }
        return result
    }
}
