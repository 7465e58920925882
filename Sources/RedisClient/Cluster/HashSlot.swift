/// Which of the slots of a cluster a key is in.
enum HashSlot {
    /// How many there are.
    static let count = 16384

    /// The slot of a key: that of what stands between its first braces, if something does, else of the whole key.
    static func of(_ key: ArraySlice<UInt8>) -> Int {
        var hashed = key
        if let open = key.firstIndex(of: UInt8(ascii: "{")) {
            let behind = key[(open + 1)...]
            if let end = behind.firstIndex(of: UInt8(ascii: "}")), end > behind.startIndex {
                hashed = behind[..<end]
            }
        }
        return Int(crc16(hashed)) % count
    }

    /// CRC-16/XMODEM.
    private static func crc16(_ bytes: ArraySlice<UInt8>) -> UInt16 {
        var sum: UInt16 = 0
        for byte in bytes {
            sum ^= UInt16(byte) << 8
            for _ in 0..<8 { sum = sum & 0x8000 == 0 ? sum << 1 : sum << 1 ^ 0x1021 }
        }
        return sum
    }
}
