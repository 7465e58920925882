import QueueKit
import Testing

@Suite struct ConfigurationTests {
    @Test func defaultsAreTheOnesStated() {
        let configuration = QueueConfiguration()
        let texts = ConfigurationKey.allCases.map { "\($0)=\(configuration.text(of: $0))" }
        #expect(
            texts == [
                "max-retries=3", "backoff-base=2", "backoff-cap=1h", "job-timeout=none", "grace=10s",
                "shutdown-timeout=25s",
                "lease=30s", "max-crashes=3", "retention-age=7d", "retention-count=10000", "rejected-max=10000",
                "output-cap=64KiB", "priority=5",
            ]
        )
        #expect(configuration.heartbeat == .seconds(10))
    }

    @Test(arguments: ConfigurationKey.allCases)
    func everyKeyHasOneDefaultAndAMeaning(key: ConfigurationKey) throws {
        #expect(try key.canonical(key.defaultText) == key.defaultText)
        #expect(QueueConfiguration().text(of: key) == key.defaultText)
        #expect(QueueConfiguration(stored: [key.rawValue: key.defaultText]) == QueueConfiguration())
        #expect(!key.meaning.isEmpty && !key.accepted.isEmpty)
    }

    @Test(arguments: [
        ("max-retries", "0", "0"), ("max-retries", "1000", "1000"), ("backoff-base", "1.50", "1.5"),
        ("backoff-base", "3.0", "3"),
        ("backoff-cap", "90s", "1m30s"), ("job-timeout", "none", "none"), ("job-timeout", "3600s", "1h"),
        ("grace", "0s", "0s"),
        ("lease", "1s", "1s"), ("output-cap", "65536", "64KiB"), ("output-cap", "1MiB", "1MiB"),
        ("output-cap", "100", "100"),
        ("retention_count", "0", "0"), ("max_retries", "7", "7"),
    ])
    func valuesAreStoredInOneForm(name: String, given: String, stored: String) throws {
        let key = try ConfigurationKey(named: name)
        #expect(try key.canonical(given) == stored)
        let configuration = QueueConfiguration(stored: [name: given])
        #expect(configuration.text(of: key) == stored)
        #expect(configuration.problems.isEmpty)
    }

    @Test(arguments: [
        ("max-retries", "-1", #"max-retries: "-1" is out of range; give 0...1000"#),
        ("max-retries", "abc", #"max-retries: "abc" is not a whole number; give 0...1000"#),
        ("max-retries", "1e9", #"max-retries: "1e9" is out of range; give 0...1000"#),
        ("max-retries", "99999999999999999999", #"max-retries: "99999999999999999999" is out of range; give 0...1000"#),
        ("max-retries", "1.5", #"max-retries: "1.5" is not a whole number; give 0...1000"#),
        ("max-retries", "", #"max-retries: "" is not a whole number; give 0...1000"#),
        ("backoff-base", "0.5", #"backoff-base: "0.5" is out of range; give a number from 1 to 100"#),
        ("backoff-base", "nan", #"backoff-base: "nan" is not a number; give a number from 1 to 100"#),
        (
            "lease", "500ms",
            #"lease: "500ms" is out of range; give a duration such as 500ms, 10s or 1h30m, from 1s to 1h"#
        ),
        ("lease", "30", #"lease: "30" has no unit; give a duration such as 500ms, 10s or 1h30m, from 1s to 1h"#),
        (
            "lease", "none",
            #"lease: "none" is not a duration; give a duration such as 500ms, 10s or 1h30m, from 1s to 1h"#
        ),
        (
            "job-timeout", "0s",
            #"job-timeout: "0s" is out of range; give a duration such as 500ms, 10s or 1h30m, from 1ms to 30d, or none"#
        ),
        (
            "output-cap", "64KB",
            #"output-cap: "64KB" is not a size; give bytes, or a size such as 64KiB, from 0 to 64MiB"#
        ),
        ("priority", "\u{1b}[2J", #"priority: "\x1b[2J" is not a whole number; give 0...10"#),
    ])
    func badValuesAreRefusedAndIgnoredWhereStored(name: String, given: String, message: String) throws {
        let key = try ConfigurationKey(named: name)
        #expect {
            try key.canonical(given)
        } throws: {
            "\($0)" == message
        }
        let configuration = QueueConfiguration(stored: [name: given])
        #expect(configuration.text(of: key) == key.defaultText)
        #expect(configuration.problems.map(\.description) == [message])
    }

    @Test(
        arguments: [
            ("max-retrys", "max-retrys is not a setting; did you mean max-retries?"),
            ("heartbeat-lease", nil), ("maxRetries", "maxRetries is not a setting; did you mean max-retries?"),
            ("leese", "leese is not a setting; did you mean lease?"),
        ] as [(String, String?)]
    )
    func unknownKeysNameTheNearest(name: String, message: String?) {
        #expect {
            try ConfigurationKey(named: name)
        } throws: {
            message == nil ? "\($0)".contains("the settings are max-retries, ") : "\($0)" == message
        }
        #expect(QueueConfiguration(stored: [name: "1"]).problems.count == 1)
    }
}
