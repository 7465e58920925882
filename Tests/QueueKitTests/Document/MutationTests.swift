import TestSupport
import Testing

@testable import QueueKit

/// Random damage, the same in every run: nothing may trap, and nothing damaged may get through unchecked.
@Suite struct MutationTests {
    private static let documents = [
        #"{"command":"convert in.png out.jpg","priority":8,"max_retries":5,"run_at":"2026-11-21T09:00:00.5+01:00"}"#,
        #"{"v":1,"id":"invoice-17","argv":["make","N=17"],"timeout":"1h30m","env":{"A":"é"},"meta":{"n":[1,2.5,{"x":null}]}}"#,
        #"{"command":"\u001b\ud83d\ude00\\","tags":["a","b"],"backoff_base":1.5,"delay":0.25,"stdin":"x\ny","cwd":"/"}"#,
    ].map { Array($0.utf8) }

    @Test func mutatedDocumentsNeverTrap() {
        var random = SeededGenerator(seed: 6)
        var accepted = 0
        for number in 0..<10_000 {
            let bytes = Mutation.mutated(Self.documents[number % Self.documents.count], using: &random)
            do {
                let document = try JobDocument(json: bytes)
                accepted += 1
                // What is accepted passes the checks for built documents, and is stored as a job that reads back whole.
                #expect(try document.validated() == document)
                let stored = document.fields(configuration: QueueConfiguration()).map {
                    ($0.name, Array($0.value.utf8))
                }
                let job = Job(id: document.id ?? .generate(), queue: document.queue ?? .default, fields: stored)
                #expect(job.corrupt == nil && job.unknownFields.isEmpty && job.meta == document.meta)
            } catch {
                #expect(!error.description.isEmpty && error.description.utf8.count < 2000)
                #expect(!error.description.unicodeScalars.contains { $0.properties.generalCategory == .control })
            }
        }
        // Both ends of the test are exercised.
        #expect(accepted > 100 && accepted < 5000)
    }

    @Test func mutatedHashesNeverTrap() throws {
        let valid: [(String, String)] = [
            ("command", "make"), ("argv", #"["a","b"]"#), ("priority", "8"), ("max_retries", "5"),
            ("backoff_base", "1.5"),
            ("backoff_cap", "10m"), ("backoff_cap_ms", "600000"), ("timeout", "90"), ("timeout_ms", "90000"),
            ("run_at", "1795251600000"),
            ("env", #"{"A":"b"}"#), ("tags", #"["x"]"#), ("meta", #"{"n":1}"#), ("state", "processing"), ("run", "3"),
            ("token", "web-1-4711-a1b2.17"), ("created_at", "1795251600000"), ("exit_code", "1"), ("reason", "exit"),
        ]
        var random = SeededGenerator(seed: 7)
        let id = try JobID("a")
        for _ in 0..<10_000 {
            let fields = valid.filter { _ in Bool.random(using: &random) }.map { name, value in
                let bytes = Array(value.utf8)
                return (name, Bool.random(using: &random) ? bytes : Mutation.mutated(bytes, using: &random))
            }
            let json = Job(id: id, queue: .default, fields: fields).json
            #expect(throws: Never.self) { try JSONParser.parse(Array(json.utf8)) }
            do {
                _ = try JobDocument(id: id, hashFields: fields)
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }

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
