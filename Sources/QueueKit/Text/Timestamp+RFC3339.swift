/// Why a text is not a time.
package enum TimestampError: Error, Equatable {
    /// Not of the shape `2026-11-21T09:00:00Z`.
    case malformed
    /// The right shape, but no `Z` or offset at the end: it would mean another moment on every host.
    case noZone
    /// The right shape, but the calendar has no such date or the clock no such time, as in `2026-02-30`.
    case noSuchTime
}

extension Timestamp {
    /// The last moment RFC 3339 can write: 9999-12-31T23:59:59.999Z.
    public static let latest = Timestamp(milliseconds: 253_402_300_799_999)

    /// Parses an RFC 3339 time with its zone, such as `2026-11-21T09:00:00Z` or `2026-11-21 10:00:00.5+01:00`.
    ///
    /// Digits beyond the millisecond are dropped. Leap seconds (`:60`) are refused: the epoch does not count them.
    package init(rfc3339 text: String) throws(TimestampError) {
        var scanner = TimeScanner(text)
        let year = try scanner.number(digits: 4)
        try scanner.expect("-")
        let month = try scanner.number(digits: 2)
        try scanner.expect("-")
        let day = try scanner.number(digits: 2)
        if scanner.isAtEnd { throw .malformed }
        try scanner.expect("T", "t", " ")
        let hour = try scanner.number(digits: 2)
        try scanner.expect(":")
        let minute = try scanner.number(digits: 2)
        try scanner.expect(":")
        let second = try scanner.number(digits: 2)
        let fraction = try scanner.fraction()
        let offset = try scanner.zone()
        guard 1...12 ~= month, 1...CivilDate.days(inMonth: month, ofYear: year) ~= day,
            hour <= 23, minute <= 59, second <= 59
        else { throw .noSuchTime }
        let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset * 60
        self.init(milliseconds: seconds * 1000 + fraction)
    }

    /// The time as RFC 3339 in UTC with milliseconds: `2026-11-21T09:00:00.123Z`.
    public var rfc3339: String {
        let (day, inDay) = milliseconds.flooredDivision(by: 86_400_000)
        let date = CivilDate(daysSinceEpoch: day)
        let clock = [inDay / 3_600_000, inDay / 60_000 % 60, inDay / 1000 % 60].map { $0.padded(2) }
        return "\(date.year.padded(4))-\(date.month.padded(2))-\(date.day.padded(2))"
            + "T\(clock.joined(separator: ":")).\((inDay % 1000).padded(3))Z"
    }
}

/// Walks over the fixed columns of an RFC 3339 time.
private struct TimeScanner {
    private var rest: Substring.UTF8View

    init(_ text: String) {
        rest = Substring(text).utf8
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func number(digits: Int) throws(TimestampError) -> Int64 {
        var value: Int64 = 0
        for _ in 0..<digits {
            guard let digit = takeDigit() else { throw .malformed }
            value = value * 10 + digit
        }
        return value
    }

    mutating func expect(_ accepted: Unicode.Scalar...) throws(TimestampError) {
        guard let byte = rest.popFirst(), accepted.contains(Unicode.Scalar(byte)) else { throw .malformed }
    }

    /// Milliseconds from `.5` or `.123456`; 0 where there is no fraction.
    mutating func fraction() throws(TimestampError) -> Int64 {
        guard rest.first == UInt8(ascii: ".") else { return 0 }
        rest.removeFirst()
        guard var value = takeDigit() else { throw .malformed }
        var digits = 1
        while let digit = takeDigit() {
            if digits < 3 { value = value * 10 + digit }
            digits += 1
        }
        while digits < 3 {
            value *= 10
            digits += 1
        }
        return value
    }

    /// Minutes east of UTC.
    mutating func zone() throws(TimestampError) -> Int64 {
        guard let sign = rest.popFirst() else { throw .noZone }
        switch Unicode.Scalar(sign) {
        case "Z", "z":
            guard isAtEnd else { throw .malformed }
            return 0
        case "+", "-":
            let hours = try number(digits: 2)
            try expect(":")
            let minutes = try number(digits: 2)
            guard isAtEnd else { throw .malformed }
            guard hours <= 23, minutes <= 59 else { throw .noSuchTime }
            return (hours * 60 + minutes) * (sign == UInt8(ascii: "-") ? -1 : 1)
        default:
            throw .malformed
        }
    }

    private mutating func takeDigit() -> Int64? {
        guard let byte = rest.first, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { return nil }
        rest.removeFirst()
        return Int64(byte - UInt8(ascii: "0"))
    }
}

extension Int64 {
    fileprivate func padded(_ width: Int) -> String {
        let digits = String(magnitude)
        return (self < 0 ? "-" : "") + String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
    }
}
