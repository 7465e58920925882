// The tokens that hold no other values: numbers and strings.
extension JSONParser {
    mutating func number() throws(JSONError) -> String {
        let start = position
        _ = take("-")
        let firstDigit = position
        try digits()
        if bytes[firstDigit] == UInt8(ascii: "0"), position > firstDigit + 1 {
            position = start
            throw error("a number begins with 0")
        }
        var isInteger = true
        if take(".") {
            isInteger = false
            try digits()
        }
        if take("e") || take("E") {
            isInteger = false
            if !take("+") { _ = take("-") }
            try digits()
        }
        let literal = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger {
            // Up to 15 digits nothing can be out of range, and nearly every number has fewer.
            guard position - start <= 15 || Int64(literal)?.magnitude ?? .max <= Self.largestInteger.magnitude else {
                position = start
                throw error("a whole number is beyond 2^53, where programs begin to round; write it as a string")
            }
        } else if Double(literal)?.isFinite != true {
            position = start
            throw error("a number is too large")
        }
        return literal
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while UInt8(ascii: "0")...UInt8(ascii: "9") ~= current { position += 1 }
        if position == start { throw unexpected(expecting: "a digit") }
    }

    mutating func string() throws(JSONError) -> String {
        position += 1
        var result = ""
        var runStart = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                // UTF-8 was checked as a whole, so this never repairs anything.
                result += String(decoding: bytes[runStart..<position], as: UTF8.self)
                position += 1
                return result
            case UInt8(ascii: "\\"):
                result += String(decoding: bytes[runStart..<position], as: UTF8.self)
                result.unicodeScalars.append(try escape())
                runStart = position
            case 0..<0x20:
                throw error("a control character stands raw in a string; write it as an escape such as \\n")
            default:
                position += 1
            }
        }
        throw error("it ends in the middle of a string")
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        position += 1
        let letter = current
        if letter == UInt8(ascii: "u") { return try unicodeEscape() }
        guard let scalar = Self.escapes[letter] else { throw unexpected(expecting: "one of the escapes JSON has") }
        position += 1
        return scalar
    }

    private static let escapes: [UInt8: Unicode.Scalar] = [
        UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
        UInt8(ascii: "f"): "\u{c}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
    ]

    /// Reads `uXXXX`, or a pair of them that makes one character beyond U+FFFF.
    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let start = position - 1
        let first = try fourHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        if first < 0xdc00, take("\\"), current == UInt8(ascii: "u") {
            let second = try fourHexDigits()
            if 0xdc00...0xdfff ~= second,
                let scalar = Unicode.Scalar(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00))
            {
                return scalar
            }
        }
        position = start
        throw error("half of a surrogate pair stands alone")
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
        position += 1
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(current)).hexDigitValue else {
                throw unexpected(expecting: "four hexadecimal digits")
            }
            value = value * 16 + UInt32(digit)
            position += 1
        }
        return value
    }
}
