import QueueKit
import Testing

@testable import QueueWorker

/// Patterns match all of a text, and take no time worth speaking of for it.
@Suite struct TextPatternTests {
    @Test(
        arguments: [
            ("a|b", ["a", "b"], ["ab", "ac", "a\n", ""]), ("a|ab", ["a", "ab"], ["abb"]),
            ("^a$", ["a"], ["a\n", "ba"]), ("a*", ["", "aaa"], ["b", "aab"]),
            ("\\\\1", ["\\1"], ["1"]),
        ] as [(String, [String], [String])]
    )
    func allOfATextMatchesOrNothing(pattern: String, good: [String], bad: [String]) throws {
        let compiled = try TextPattern(pattern)
        #expect(good.allSatisfy(compiled.matches) && !bad.contains(where: compiled.matches))
    }

    @Test(arguments: ["(a)\\1", "x\\\\\\2", "a)|(b", "(", "a\\", "["]) func aMistakeIsNamed(pattern: String) {
        #expect(throws: RegularExpression.Malformed.self) { try TextPattern(pattern) }
    }

    @Test(arguments: ["[a-z]+!", "(a|b)*c", "a*a*!"]) func aLongTextTakesNoTime(pattern: String) throws {
        let text = String(repeating: "a", count: 131_071)
        let compiled = try TextPattern(pattern)
        let time = ownTime { #expect(!compiled.matches(text)) }
        #expect(time < 2)
    }
}
