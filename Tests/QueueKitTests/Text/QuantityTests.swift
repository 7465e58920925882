import QueueKit
import Testing

@Suite struct QuantityTests {
    @Test(
        arguments: [
            ("500ms", 500), ("10s", 10_000), ("5m", 300_000), ("2h", 7_200_000), ("1d", 86_400_000),
            ("1h30m", 5_400_000),
            ("1d2h3m4s5ms", 93_784_005), ("1.5h", 5_400_000), ("0.001s", 1), ("0s", 0), ("0ms", 0), ("90s", 90_000),
            ("99999999999999999999d", .max), ("106751991168d", .max), ("1.000000000000d", 86_400_000),
            ("49363091.7517d", 4_264_971_127_346_880),
        ] as [(String, Int64)]
    )
    func durationsHaveUnits(text: String, milliseconds: Int64) {
        #expect(DurationText.parse(text)?.wholeMilliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "5", "5 m", " 5m", "5m ", "-5m", "+5m", "5M", "5min", "m", "1m1h", "1h1h", "1.s", ".5s", "1.5ms", "0.0001s",
        "1e3s",
        "1,5s", "5ｍ", "５m", "1h30", "1.0000000000001s", "none", "1µs", "\u{0}1s",
    ])
    func otherTextIsNoDuration(text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test(
        arguments: [
            (0, "0s"), (1, "1ms"), (999, "999ms"), (1000, "1s"), (1500, "1.5s"), (61_001, "1m1.001s"),
            (60_500, "1m500ms"),
            (5_400_000, "1h30m"), (3_600_000, "1h"), (604_800_000, "7d"), (90_061_000, "1d1h1m1s"), (-1500, "-1.5s"),
        ] as [(Int64, String)]
    )
    func durationsAreWrittenWithTheLargestUnits(milliseconds: Int64, text: String) {
        #expect(DurationText.format(.milliseconds(milliseconds)) == text)
    }

    @Test func extremeDurationsDoNotTrap() {
        let longest = Duration(secondsComponent: .max, attosecondsComponent: 0)
        #expect(longest.wholeMilliseconds == .max)
        #expect(Duration(secondsComponent: .min, attosecondsComponent: 0).wholeMilliseconds == .min)
        #expect(!DurationText.format(longest).isEmpty)
        for seconds in [Double.infinity, -.infinity, .nan, 1e300, -1e300, 9.3e15] {
            #expect(Duration(seconds: seconds) == nil)
        }
        #expect(Duration(seconds: 1.5) == .milliseconds(1500))
        #expect(DurationText.seconds(.milliseconds(1500)) == "1.5")
        #expect(DurationText.seconds(.milliseconds(-10)) == "-0.01")
        #expect(DurationText.seconds(.seconds(3600)) == "3600")
    }

    @Test(arguments: [
        ("0", 0), ("65536", 65_536), ("64KiB", 65_536), ("64kib", 65_536), ("1MiB", 1_048_576), ("1.5MiB", 1_572_864),
        ("2GiB", 1 << 31),
        ("10B", 10), ("16.000000000TiB", 1 << 44), ("99999999999999999999", .max), ("99999999999GiB", .max),
    ])
    func sizesAreBytesOrBinaryUnits(text: String, bytes: Int) {
        #expect(ByteSizeText.parse(text) == bytes)
    }

    @Test(arguments: ["", "KiB", "64KB", "64K", "64 KiB", "-1", "1.5", "0.3KiB", "1e3", "64PiB", "0x10"])
    func otherTextIsNoSize(text: String) {
        #expect(ByteSizeText.parse(text) == nil)
    }

    @Test(arguments: [
        (0, "0", "0B"), (1, "1", "1B"), (1023, "1023", "1023B"), (1024, "1KiB", "1KiB"), (65_536, "64KiB", "64KiB"),
        (1_500_000, "1500000", "1.4MiB"), (1 << 30, "1GiB", "1GiB"), (1536, "1536", "1.5KiB"),
    ])
    func sizesAreWrittenExactlyOrRounded(bytes: Int, exact: String, rounded: String) {
        #expect(ByteSizeText.format(bytes) == exact)
        #expect(ByteSizeText.rounded(bytes) == rounded)
    }
}
