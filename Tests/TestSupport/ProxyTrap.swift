/// Looks for bytes in a stream that arrives in pieces.
struct ProxyTrap {
    let needle: [UInt8]
    /// How many more times the bytes have to occur.
    var remaining: Int
    /// Whether no more bytes are moved from then on.
    var freezes = false

    /// Looks at the next piece of one connection's requests, whose last few bytes before it are in `tail`.
    /// Returns true if this piece springs the trap.
    mutating func springs(on piece: ArraySlice<UInt8>, tail: inout [UInt8]) -> Bool {
        let text = tail + piece
        tail = Array(text.suffix(needle.count - 1))
        var start = 0
        while start + needle.count <= text.count {
            if text[start] == needle[0], text[start..<(start + needle.count)].elementsEqual(needle) {
                remaining -= 1
                if remaining == 0 { return true }
                start += needle.count
            } else {
                start += 1
            }
        }
        return false
    }
}
