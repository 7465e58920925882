/// Makes ULIDs: 26 characters that sort by the time they were made at.
///
/// 48 bits of milliseconds and 80 random bits, in Crockford's base 32. Within one generator ids only ever rise: in the
/// same millisecond, or when the clock steps back, the next id is the last one plus one.
public struct ULIDGenerator: Sendable {
    private var lastTime: UInt64?
    private var high: UInt64 = 0
    private var low: UInt64 = 0

    /// Makes a generator that has given out nothing yet.
    public init() {}

    /// Makes the next id.
    ///
    /// - Parameters:
    ///   - time: The time it shall carry. Times before 1970 count as 1970, times after the year 10889 as that.
    ///   - random: Where the 80 random bits come from.
    public mutating func next(at time: Timestamp, using random: inout some RandomNumberGenerator) -> String {
        let now = min(UInt64(clamping: time.milliseconds), (1 << 48) - 1)
        if lastTime.map({ now > $0 }) ?? true {
            lastTime = now
            // One bit less than there is room for, so that counting up cannot run over.
            high = random.next() & 0x7f_ffff_ffff
            low = random.next() & 0xff_ffff_ffff
        } else {
            low += 1
            if low > 0xff_ffff_ffff {
                low = 0
                high += 1
            }
        }
        return Self.encode(lastTime ?? now, count: 10) + Self.encode(high, count: 8) + Self.encode(low, count: 8)
    }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    private static func encode(_ value: UInt64, count: Int) -> String {
        String(
            decoding: (0..<count).map { alphabet[Int(value >> UInt64(5 * (count - 1 - $0)) & 31)] },
            as: UTF8.self
        )
    }
}
