import Foundation
import QueueKit
import TestSupport

/// What broken producers push: the valid documents of `Tests/Fixtures/documents`, changed in ways that a seed decides.
package struct MutatedDocuments {
    private let golden: [[UInt8]]
    private var random: SeededGenerator
    private var number = 0

    package init(seed: UInt64) throws {
        let folder = URL(filePath: #filePath).appending(path: "../../Fixtures/documents/valid").standardizedFileURL
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        golden = try files.sorted { $0.path < $1.path }.map { [UInt8](try Data(contentsOf: $0)) }
        random = SeededGenerator(seed: seed)
    }

    /// The next one; now and then it is as it should be. Never the bell, which is no push.
    package mutating func next() -> [UInt8] {
        number += 1
        var bytes = golden.randomElement(using: &random) ?? []
        if let value = try? JSONParser.parse(bytes), case .object(var members) = value {
            if Bool.random(using: &random) { rename(&members) }
            if Bool.random(using: &random) { change(&members) }
            bytes = Array(JSONValue.object(members).text.utf8)
        }
        for _ in 0..<Int.random(in: 0...2, using: &random) { damage(&bytes) }
        return bytes == [UInt8(ascii: "!")] ? [] : bytes
    }

    /// Gives the job an id that no other one has.
    private func rename(_ members: inout [JSONMember]) {
        members.removeAll { $0.name == "id" }
        members.insert(JSONMember(name: "id", value: .string("mutant-\(number)")), at: 0)
    }

    private static let strange: [JSONValue] = [
        .null, .bool(true), .string(""), .string("\u{0}"), .array([]), .object([]), .number("-1"), .number("-0"),
        .number("1e999"),
        .number("9007199254740993"), .number("99999999999999999999999"), .number("0.1"), .string("10 s"),
    ]

    /// What is still JSON: a name twice or one that nobody knows, another value, deep nesting.
    private mutating func change(_ members: inout [JSONMember]) {
        guard !members.isEmpty else { return }
        let at = Int.random(in: 0..<members.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: members.append(members[at])
        case 1: members[at].name += "s"
        case 2:
            var nested = JSONValue.array([])
            for _ in 0..<Int.random(in: 1...100, using: &random) { nested = .array([nested]) }
            members.append(JSONMember(name: "meta", value: .object([JSONMember(name: "deep", value: nested)])))
        default: members[at].value = Self.strange.randomElement(using: &random) ?? .null
        }
    }

    private static let pieces: [[UInt8]] = [
        [0], [0xff], [0xc3], [0xed, 0xa0, 0x80], [0xef, 0xbb, 0xbf], Array("\\ud800".utf8), Array("[[[[[[".utf8),
        Array(repeating: UInt8(ascii: "["), count: 10_000), Array("1e999".utf8),
    ]

    /// What may be JSON no more: bits flipped, the end cut off, bytes put in that do not belong there.
    private mutating func damage(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let at = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes.removeSubrange(at...)
        case 2: bytes[at] = UInt8.random(in: 0...255, using: &random)
        default: bytes.insert(contentsOf: Self.pieces.randomElement(using: &random) ?? [], at: at)
        }
    }
}
