import Glibc
import QueueKit
import TestSupport
import Testing

/// Times beside the C library's calendar.
@Suite struct TimeFuzzTests {
    /// The columns of a time, most often one that exists.
    private struct Columns {
        var year, month, day, hour, minute, second: Int32
        /// Digits behind the point.
        var fraction: String
        /// Minutes east of UTC.
        var offset: Int32

        init(using random: inout SeededGenerator) {
            func pick(_ usual: ClosedRange<Int32>, _ wide: ClosedRange<Int32>) -> Int32 {
                .random(in: Int.random(in: 0..<20, using: &random) == 0 ? wide : usual, using: &random)
            }
            year = pick(1970...2100, 0...9999)
            month = pick(1...12, 0...13)
            day = pick(1...31, 0...32)
            hour = pick(0...23, 0...25)
            minute = pick(0...59, 0...61)
            second = pick(0...59, 0...61)
            fraction = String(String(UInt32.random(in: 0...999_999, using: &random)).prefix(Int(pick(0...6, 0...6))))
            offset = Bool.random(using: &random) ? 0 : pick(-14 * 60...14 * 60, -24 * 60...24 * 60)
        }

        var text: String {
            let clock = "\(two(hour)):\(two(minute)):\(two(second))" + (fraction.isEmpty ? "" : ".\(fraction)")
            let (hours, minutes) = (abs(offset) / 60, abs(offset) % 60)
            let zone = offset == 0 ? "Z" : "\(offset < 0 ? "-" : "+")\(two(hours)):\(two(minutes))"
            return "\(String("000\(year)".suffix(4)))-\(two(month))-\(two(day))T\(clock)\(zone)"
        }

        private func two(_ number: Int32) -> String { String("0\(number)".suffix(2)) }

        /// In milliseconds; nil if there is no such time.
        var expected: Int64? {
            var time = tm()
            (time.tm_year, time.tm_mon, time.tm_mday) = (year - 1900, month - 1, day)
            let midnight = timegm(&time)
            // A day that does not exist comes back as another one.
            guard (time.tm_year, time.tm_mon, time.tm_mday) == (year - 1900, month - 1, day), hour < 24, minute < 60,
                second < 60, abs(offset) < 24 * 60
            else { return nil }
            let seconds = Int64(midnight) + Int64(hour) * 3600 + Int64(minute - offset) * 60 + Int64(second)
            return seconds * 1000 + (Int64((fraction + "000").prefix(3)) ?? 0)
        }
    }

    @Test func timesAreThoseOfTheCalendar() throws {
        try Fuzz.run("times", seed: 1) { random in
            let columns = Columns(using: &random)
            let text = columns.text
            let read = try? Timestamp(rfc3339: text)
            guard read?.milliseconds == columns.expected else { return "\(text) is \(read?.milliseconds as Any)" }
            let damaged = String(decoding: Mutation.mutated(Array(text.utf8), using: &random), as: UTF8.self)
            for time in [read, try? Timestamp(rfc3339: damaged)].compactMap({ $0 }) {
                // Where the zone has moved it into a year that has no four digits, it cannot be written so.
                guard Self.writable.contains(time) else { continue }
                guard try Timestamp(rfc3339: time.rfc3339) == time else { return "\(time.rfc3339) is not kept" }
            }
            return nil
        }
    }

    private static let writable = Timestamp(milliseconds: -62_167_219_200_000)...Timestamp.latest

    @Test func momentsAreWrittenAsTheCalendarHasThem() throws {
        try Fuzz.run("moments", seed: 10) { random in
            let range = Self.writable.lowerBound.milliseconds...Self.writable.upperBound.milliseconds
            let time = Timestamp(milliseconds: .random(in: range, using: &random))
            var seconds = time_t((Double(time.milliseconds) / 1000).rounded(.down))
            var parts = tm()
            gmtime_r(&seconds, &parts)
            let numbers = [
                parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
            ]
            let written = time.rfc3339.split { !$0.isNumber }.compactMap { Int32($0) }
            let milliseconds = Int32(time.milliseconds - Int64(seconds) * 1000)
            guard written == numbers + [milliseconds] else { return "\(time.milliseconds) is \(time.rfc3339)" }
            return try Timestamp(rfc3339: time.rfc3339) == time ? nil : "\(time.rfc3339) is not kept"
        }
    }
}
