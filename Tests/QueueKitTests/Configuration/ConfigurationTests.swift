import QueueKit
import Testing

private let waits = "give exit codes, 0...255, with waits of up to 30d, such as 75=10m,76=1h, or none"

@Suite struct ConfigurationTests {
    @Test func defaultsAreTheOnesStated() {
        let configuration = QueueConfiguration()
        let texts = ConfigurationKey.allCases.map { "\($0)=\(configuration.text(of: $0))" }
        #expect(
            texts == [
                "max-retries=3", "backoff-base=2", "backoff-cap=1h", "job-timeout=none", "grace=10s",
                "success-codes=0", "fatal-codes=none", "snooze-codes=none", "shutdown-timeout=25s", "lease=30s",
                "max-crashes=3", "retention-age=7d", "retention-count=10000", "dlq-retention-age=none",
                "dlq-retention-count=none", "rejected-max=10000", "output-cap=64KiB", "priority=5", "redact=none",
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
        ("success-codes", "3, 0", "0,3"), ("fatal-codes", "4", "4"), ("fatal-codes", "none", "none"),
        ("snooze-codes", "76=60m,75=600s", "75=10m,76=1h"), ("snooze-codes", "none", "none"),
        ("retention_count", "0", "0"), ("dlq-retention-count", "none", "none"), ("dlq_retention_age", "2160h", "90d"),
        ("max_retries", "7", "7"),
    ])
    func valuesAreStoredInOneForm(name: String, given: String, stored: String) throws {
        let key = try ConfigurationKey(named: name)
        #expect(try key.canonical(given) == stored)
        let configuration = QueueConfiguration(stored: [name: given])
        #expect(configuration.text(of: key) == stored)
        #expect(configuration.problems.isEmpty)
    }

    // Annotated: the compiler takes minutes to find the type of such a table by itself.
    @Test(
        arguments: [
            ("max-retries", "-1", #"max-retries: "-1" is out of range; give 0...1000"#),
            ("dlq-retention-count", "-1", #"dlq-retention-count: "-1" is out of range; give 0...10000000, or none"#),
            ("max-retries", "abc", #"max-retries: "abc" is not a whole number; give 0...1000"#),
            ("max-retries", "1e9", #"max-retries: "1e9" is out of range; give 0...1000"#),
            (
                "max-retries", "99999999999999999999",
                #"max-retries: "99999999999999999999" is out of range; give 0...1000"#
            ),
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
            (
                "success-codes", "none",
                #"success-codes: "none" leaves no job a way to be done; give exit codes, 0...255, such as 3,4"#
            ),
            ("success-codes", "", #"success-codes: "" are not exit codes; give exit codes, 0...255, such as 3,4"#),
            (
                "fatal-codes", "256",
                #"fatal-codes: "256" is out of range; give exit codes, 0...255, such as 3,4, or none"#
            ),
            (
                "fatal-codes", "3,,4",
                #"fatal-codes: "3,,4" are not exit codes; give exit codes, 0...255, such as 3,4, or none"#
            ),
            (
                "fatal-codes", "3,3",
                #"fatal-codes: "3,3" has a code twice; give exit codes, 0...255, such as 3,4, or none"#
            ),
            ("snooze-codes", "75", #"snooze-codes: "75" are not exit codes with waits; \#(waits)"#),
            ("snooze-codes", "75=0s", #"snooze-codes: "75=0s" is out of range; \#(waits)"#),
            ("priority", "\u{1b}[2J", #"priority: "\x1b[2J" is not a whole number; give 0...10"#),
        ] as [(String, String, String)]
    )
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

    @Test func aCodeWithTwoMeaningsHasNone() {
        let configuration = QueueConfiguration(stored: [
            "success-codes": "0,3", "fatal-codes": "3,4", "snooze-codes": "4=1m",
        ])
        #expect(configuration.exitCodes.success == [0, 3] && configuration.exitCodes.fatal == [])
        #expect(configuration.exitCodes.snooze == [4: .seconds(60)])
        #expect(
            configuration.problems.map(\.description) == [
                #"fatal-codes: "3,4" has 3, which is in success-codes too; give each code once"#
            ]
        )
    }

    @Test func aSettingThatContradictsAnotherIsRefused() throws {
        let stored = ["fatal-codes": "3", "lease": "damaged"]
        #expect {
            try QueueConfiguration.check(.successCodes, "0,3", with: stored)
        } throws: {
            "\($0)" == #"fatal-codes: "3" has 3, which is in success-codes too; give each code once"#
        }
        #expect {
            try QueueConfiguration.check(.snoozeCodes, "3=1m", with: stored)
        } throws: {
            "\($0)" == #"snooze-codes: "3=1m" has 3, which is in fatal-codes too; give each code once"#
        }
        try QueueConfiguration.check(.snoozeCodes, "4=1m", with: stored)
        try QueueConfiguration.check(.fatalCodes, "none", with: stored)
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
