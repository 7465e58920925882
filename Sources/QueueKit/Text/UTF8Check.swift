/// Finds out whether bytes are text, and if not, where they stop being it.
enum UTF8Check {
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
