import TestSupport
import Testing

@testable import QueueKit

/// Random damage to what Redis keeps, the same in every run: nothing may trap. Documents: see `DocumentFuzzTests`.
@Suite struct MutationTests {
    @Test func mutatedSettingsAndRecordsNeverTrap() {
        let texts = ["1h30m", "64KiB", "1.5", "2026-11-21T09:00:00Z", "none", "1000"].map { Array($0.utf8) }
        let record = Array(
            #"{"run":3,"token":"h-1-x.17","started_at":1795251600000,"delay_ms":2100,"exit_code":1}"#.utf8
        )
        var random = SeededGenerator(seed: 8)
        for number in 0..<2000 {
            let text = String(decoding: Mutation.mutated(texts[number % texts.count], using: &random), as: UTF8.self)
            let stored = Dictionary(uniqueKeysWithValues: ConfigurationKey.allCases.map { ($0.rawValue, text) })
            let configuration = QueueConfiguration(stored: stored)
            for key in ConfigurationKey.allCases {
                #expect(throws: Never.self) { try key.canonical(configuration.text(of: key)) }
            }
            _ = AttemptRecord(json: Mutation.mutated(record, using: &random))?.json
        }
    }
}
