import QueueKit
import Testing

@Suite struct TimestampTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-11-21T09:00:00.123Z", 1_795_251_600_123),
            ("2026-11-21t09:00:00z", 1_795_251_600_000),
            ("2026-11-21 09:00:00Z", 1_795_251_600_000), ("2026-11-21T10:30:00+01:30", 1_795_251_600_000),
            ("2026-11-21T00:00:00-09:00", 1_795_251_600_000), ("2026-11-21T09:00:00-00:00", 1_795_251_600_000),
            ("2026-11-21T09:00:00.1Z", 1_795_251_600_100), ("2026-11-21T09:00:00.123999999Z", 1_795_251_600_123),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000), ("2000-02-29T00:00:00Z", 951_782_400_000),
            ("1969-12-31T23:59:59.999Z", -1), ("0001-01-01T00:00:00Z", -62_135_596_800_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ] as [(String, Int64)]
    )
    func timesWithZonesAreRead(text: String, milliseconds: Int64) throws {
        #expect(try Timestamp(rfc3339: text).milliseconds == milliseconds)
    }

    @Test(arguments: [
        ("2026-02-30T00:00:00Z", TimestampError.noSuchTime), ("2025-02-29T00:00:00Z", .noSuchTime),
        ("1900-02-29T00:00:00Z", .noSuchTime), ("2026-04-31T00:00:00Z", .noSuchTime),
        ("2026-13-01T00:00:00Z", .noSuchTime),
        ("2026-00-01T00:00:00Z", .noSuchTime), ("2026-01-00T00:00:00Z", .noSuchTime),
        ("2026-01-01T24:00:00Z", .noSuchTime),
        ("2026-01-01T00:60:00Z", .noSuchTime), ("2016-12-31T23:59:60Z", .noSuchTime),
        ("2026-01-01T00:00:00+24:00", .noSuchTime),
        ("2026-11-21T09:00:00", .noZone), ("2026-11-21T09:00:00.5", .noZone), ("2026-11-21T09:00:00 ", .malformed),
        ("2026-11-21", .malformed), ("2026-11-21T09:00Z", .malformed), ("2026-11-21T09:00:00.Z", .malformed),
        ("2026-11-21T09:00:00+0100", .malformed), ("2026-11-21T09:00:00Zx", .malformed),
        ("26-11-21T09:00:00Z", .malformed),
        ("2026-1-1T09:00:00Z", .malformed), ("tomorrow", .malformed), ("", .malformed),
        ("２026-11-21T09:00:00Z", .malformed),
        ("+026-11-21T09:00:00Z", .malformed), (" 2026-11-21T09:00:00Z", .malformed),
    ])
    func otherTimesAreRefusedWithTheirReason(text: String, reason: TimestampError) {
        #expect(throws: reason) { try Timestamp(rfc3339: text) }
    }

    @Test func timesAreWrittenInUTCWithMilliseconds() {
        #expect(Timestamp(milliseconds: 1_795_251_600_123).rfc3339 == "2026-11-21T09:00:00.123Z")
    }

    @Test func anyNumberCanBeWritten() {
        #expect(Timestamp(milliseconds: .max).rfc3339.hasSuffix("Z"))
        #expect(Timestamp(milliseconds: .min).rfc3339.hasPrefix("-"))
    }

    @Test(
        arguments: [
            (0, "just now"), (999, "just now"), (1000, "1s ago"), (59_999, "59s ago"), (60_000, "1m ago"),
            (3_599_999, "59m ago"),
            (7_200_000, "2h ago"), (86_400_000 * 400, "400d ago"), (-500, "in a moment"), (-1000, "in 1s"),
            (-300_000, "in 5m"),
        ] as [(Int64, String)]
    )
    func peopleReadHowLongAgo(age: Int64, text: String) {
        let now = Timestamp(milliseconds: 1_795_251_600_000)
        #expect(RelativeTime.describe(Timestamp(milliseconds: now.milliseconds - age), from: now) == text)
    }

    @Test func extremesHaveADistanceToo() {
        let first = Timestamp(milliseconds: .min)
        let last = Timestamp(milliseconds: .max)
        #expect(RelativeTime.describe(first, from: last) == "106751991167d ago")
        #expect(RelativeTime.describe(last, from: first) == "in 106751991167d")
    }
}
