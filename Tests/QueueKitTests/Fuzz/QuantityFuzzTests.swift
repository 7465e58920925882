import Foundation
import TestSupport
import Testing

@testable import QueueKit

/// Durations, sizes and exit codes as people type them, reckoned again in Foundation's decimal numbers.
@Suite struct QuantityFuzzTests {
    /// A decimal number as typed, and its value.
    private static func number(using random: inout SeededGenerator) -> (text: String, value: Decimal) {
        let limit = [9, 999, 999_999_999].randomElement(using: &random) ?? 0
        var text = String(Int.random(in: 0...limit, using: &random))
        if Int.random(in: 0..<3, using: &random) == 0 {
            text += "." + String(Int.random(in: 0...9999, using: &random))
        }
        return (text, Decimal(string: text) ?? 0)
    }

    private static func whole(_ number: Decimal) -> Int? {
        var (number, rounded) = (number, Decimal())
        NSDecimalRound(&rounded, &number, 0, .plain)
        return rounded == number ? NSDecimalNumber(decimal: number).intValue : nil
    }

    @Test func durationsAreTheSumOfTheirParts() throws {
        let units: [(String, Decimal)] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)]
        try Fuzz.run("durations", seed: 2) { random in
            var text = ""
            var total: Int? = 0
            for (name, size) in units where Int.random(in: 0..<3, using: &random) == 0 {
                let number = Self.number(using: &random)
                text += number.text + name
                if let sum = total, let part = Self.whole(number.value * size) {
                    total = sum + part
                } else {
                    total = nil
                }
            }
            if text.isEmpty { total = nil }
            let duration = DurationText.parse(text)
            guard duration == total.map({ .milliseconds($0) }) else { return "\(text) is \(duration as Any)" }
            return Self.problem(withText: Mutation.mutated(Array(text.utf8), using: &random))
                ?? duration.flatMap { DurationText.parse(DurationText.format($0)) == $0 ? nil : "\(text) is not kept" }
        }
    }

    /// Whether a duration that may be none is kept, if it is one.
    private static func problem(withText bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let duration = DurationText.parse(text) else { return nil }
        guard bytes.allSatisfy({ "0123456789.dhms".utf8.contains($0) }) else {
            return "it took \(text.debugDescription)"
        }
        return DurationText.parse(DurationText.format(duration)) == duration ? nil : "\(text) is not kept"
    }

    @Test func sizesAreTheirNumberTimesTheirUnit() throws {
        let units: [(String, Decimal)] = [
            ("", 1), ("B", 1), ("KiB", 1024), ("MiB", 1_048_576), ("GiB", 1_073_741_824),
        ]
        try Fuzz.run("sizes", seed: 3) { random in
            let number = Self.number(using: &random)
            let (name, size) = units[Int.random(in: 0..<units.count, using: &random)]
            let text = number.text + (Bool.random(using: &random) ? name.lowercased() : name)
            let bytes = ByteSizeText.parse(text)
            guard bytes == Self.whole(number.value * size) else { return "\(text) is \(bytes as Any)" }
            let damaged = String(decoding: Mutation.mutated(Array(text.utf8), using: &random), as: UTF8.self)
            for size in [bytes, ByteSizeText.parse(damaged)].compactMap({ $0 }) {
                guard ByteSizeText.parse(ByteSizeText.format(size)) == size else { return "\(size) is not kept" }
            }
            return nil
        }
    }

    @Test func exitCodesAreTheNumbersBetweenTheCommas() throws {
        try Fuzz.run("exit codes", seed: 4) { random in
            let limit = Bool.random(using: &random) ? 255 : 300
            let numbers = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                Int.random(in: 0...limit, using: &random)
            }
            let text = numbers.map { Bool.random(using: &random) ? "\($0)" : " \($0) " }.joined(separator: ",")
            let isFine = numbers.allSatisfy { $0 <= 255 } && Set(numbers).count == numbers.count
            let codes = try? ExitCodeText.codes(text)
            guard codes == (isFine ? Set(numbers) : nil) else { return "\(text.debugDescription) is \(codes as Any)" }
            let damaged = String(decoding: Mutation.mutated(Array(text.utf8), using: &random), as: UTF8.self)
            if let codes = try? ExitCodeText.codes(damaged) {
                guard try ExitCodeText.codes(ExitCodeText.format(codes)) == codes else { return "\(codes) is not kept" }
            }
            return nil
        }
    }

    @Test func waitsOfExitCodesAreKept() throws {
        try Fuzz.run("waits of exit codes", seed: 5) { random in
            var waits: [Int: Duration] = [:]
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let wait = Int64.random(in: 1...(1 << Int64.random(in: 0...31, using: &random)), using: &random)
                waits[Int.random(in: 0...255, using: &random)] = .milliseconds(wait)
            }
            let text = ExitCodeText.format(waits)
            guard try ExitCodeText.waits(text) == waits else { return "\(text) is not kept" }
            let damaged = String(decoding: Mutation.mutated(Array(text.utf8), using: &random), as: UTF8.self)
            if let waits = try? ExitCodeText.waits(damaged) {
                guard try ExitCodeText.waits(ExitCodeText.format(waits)) == waits else { return "\(waits) is not kept" }
            }
            return nil
        }
    }
}
