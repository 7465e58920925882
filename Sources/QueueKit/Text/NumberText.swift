/// Numbers as people and JSON write them.
package enum NumberText {
    /// Writes a number without a needless fraction: 2 rather than 2.0, but 1.5.
    package static func format(_ number: Double) -> String {
        guard let whole = Int64(exactly: number) else { return "\(number)" }
        return String(whole)
    }

    /// Parses a finite number in digits, with an optional fraction and exponent; nil for anything else.
    ///
    /// Swift's own parser also takes `nan`, `inf` and `0x1p4`, none of which belongs in a job.
    package static func parse(_ text: String) -> Double? {
        let isDecimal = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                true
            default:
                false
            }
        }
        guard isDecimal, let number = Double(text), number.isFinite else { return nil }
        return number
    }

    /// Parses a whole number as we store it in Redis; nil for anything else. Beyond 2^53 there is none that we have written, and
    /// sums of such numbers might not be ones that can be held.
    static func stored(_ bytes: [UInt8]) -> Int64? {
        let limit = JSONParser.largestInteger
        return Int64(String(decoding: bytes, as: UTF8.self)).flatMap { (-limit...limit).contains($0) ? $0 : nil }
    }
}
