/// A decimal number as typed, kept exact: `1.5` is 15 tenths, never a binary fraction.
struct DecimalText {
    /// All digits as one integer.
    var digits: Int64
    /// The power of ten that `digits` is to be divided by.
    var scale: Int64

    /// Takes digits, with an optional fraction, from the front of a text; nil if there are none.
    ///
    /// More digits than fit count as the largest integer, so that the caller's range check refuses them.
    static func take(from text: inout Substring) -> DecimalText? {
        var rest = text.utf8
        var number = DecimalText(digits: 0, scale: 1)
        guard number.takeDigits(from: &rest, areFraction: false) else { return nil }
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            guard number.takeDigits(from: &rest, areFraction: true) else { return nil }
        }
        text = Substring(rest)
        return number
    }

    /// The number multiplied by a unit; nil if that is not whole. What is too large gives the largest integer.
    func times(_ unit: Int64) -> Int64? {
        // In 128 bits: the digits of a fraction alone may take a product beyond 64, and the quotient is small all the same.
        let product = digits.magnitude.multipliedFullWidth(by: unit.magnitude)
        guard digits < .max, product.high < scale.magnitude else { return .max }
        let (quotient, remainder) = scale.magnitude.dividingFullWidth(product)
        return remainder == 0 ? Int64(clamping: quotient) : nil
    }

    /// Writes thousandths as a decimal without trailing zeros: 1500 is `1.5`.
    static func thousandths(_ value: Int64) -> String {
        let (whole, part) = value.magnitude.quotientAndRemainder(dividingBy: 1000)
        let sign = value < 0 ? "-" : ""
        if part == 0 { return "\(sign)\(whole)" }
        var fraction = Substring(String(1000 + part).dropFirst())
        while fraction.last == "0" { fraction.removeLast() }
        return "\(sign)\(whole).\(fraction)"
    }

    private mutating func takeDigits(from rest: inout Substring.UTF8View, areFraction: Bool) -> Bool {
        var found = false
        while let byte = rest.first, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte {
            rest.removeFirst()
            found = true
            // Twelve decimals are far below a millisecond of a day; more would only overflow the scale.
            if areFraction, scale >= 1_000_000_000_000 { return false }
            let (tens, overflow) = digits.multipliedReportingOverflow(by: 10)
            let (sum, overflow2) = tens.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            digits = overflow || overflow2 ? .max : sum
            if areFraction { scale *= 10 }
        }
        return found
    }
}
