import Foundation
import TestSupport
import Testing

@testable import QueueKit

/// Our reader of JSON beside Foundation's: what ours takes means the same there.
@Suite struct JSONFuzzTests {
    @Test func whatIsTakenMeansTheSameToFoundation() throws {
        var accepted = 0
        try Fuzz.run("JSON", seed: 9) { random in
            let bytes = DocumentMaker.bytes(using: &random)
            let value: JSONValue
            do throws(JSONError) {
                value = try JSONParser.parse(bytes)
            } catch {
                guard (0...bytes.count).contains(error.offset) else { return "the error is at byte \(error.offset)" }
                return OneLine.problem(with: error.reason)
            }
            accepted += 1
            let text = value.text
            guard try JSONParser.parse(Array(text.utf8)) == value else { return "written, it is another: \(text)" }
            // Foundation drops U+FEFF at the beginning of a string.
            if text.unicodeScalars.contains("\u{feff}") { return nil }
            let theirs = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            return Self.isSame(value, theirs) ? nil : "\(TerminalText.escape(bytes)): Foundation reads \(theirs)"
        }
        #expect(accepted > 1000)
    }

    private static func isSame(_ ours: JSONValue, _ theirs: Any) -> Bool {
        switch ours {
        case .null: theirs is NSNull
        case .bool(let flag): (theirs as? NSNumber)?.boolValue == flag
        case .number(let literal): (theirs as? NSNumber)?.doubleValue == Double(literal)
        case .string(let text): (theirs as? String).map { Array($0.utf8) == Array(text.utf8) } ?? false
        case .array(let values):
            (theirs as? [Any]).map { $0.count == values.count && zip(values, $0).allSatisfy(isSame) } ?? false
        case .object(let members):
            (theirs as? [String: Any]).map { theirs in
                theirs.count == members.count
                    && members.allSatisfy { member in theirs[member.name].map { isSame(member.value, $0) } ?? false }
            } ?? false
        }
    }
}
