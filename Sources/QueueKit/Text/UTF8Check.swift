/// Finds out whether bytes are text, and if not, where they stop being it.
package enum UTF8Check {
    /// The offset of the first byte that is not part of valid UTF-8; nil if all are.
    static func firstInvalidByte(in bytes: [UInt8]) -> Int? {
        if String(validating: bytes, as: UTF8.self) != nil { return nil }
        // Only reached for refused input: decode again, counting what was good.
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var offset = 0
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            offset += UTF8.width(scalar)
        }
        return offset
    }
}

extension UTF8Check {
    /// How many bytes at the end may be the beginning of a character of which the rest is still to come: 0...3.
    package static func incompleteSuffix(of bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            let byte = bytes[bytes.count - length]
            switch byte {
            case 0x80..<0xc0: continue
            case 0xc2..<0xe0: return length < 2 ? length : 0
            case 0xe0..<0xf0: return length < 3 ? length : 0
            case 0xf0..<0xf5: return length
            default: return 0
            }
        }
        return 0
    }
}
