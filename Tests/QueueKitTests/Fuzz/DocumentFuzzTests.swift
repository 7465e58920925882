import TestSupport
import Testing

@testable import QueueKit

/// Documents of any bytes: none traps, what is accepted is kept whole, what is refused is refused in one line.
@Suite struct DocumentFuzzTests {
    @Test func documentsAreTakenWholeOrRefusedInOneLine() throws {
        var accepted = 0
        try Fuzz.run("documents", seed: 6) { random in
            let bytes = DocumentMaker.bytes(using: &random)
            let document: JobDocument
            do throws(DocumentError) {
                document = try JobDocument(json: bytes)
            } catch {
                return OneLine.problem(with: error.description)
            }
            accepted += 1
            return try Self.problem(with: document, isThorough: Int.random(in: 0..<4, using: &random) == 0)
        }
        // Both ends of the test are exercised.
        #expect(accepted > 100)
    }

    /// Whether an accepted document passes the checks of built ones, is stored as a job that reads back whole, and, which takes
    /// longer to find out, is shown for editing as what it is.
    private static func problem(with document: JobDocument, isThorough: Bool) throws -> String? {
        guard try document.validated() == document else { return "validated() changes it" }
        let fields = document.fields(configuration: QueueConfiguration())
        let stored = fields.map { ($0.name, Array($0.value.utf8)) }
        let (id, queue) = (document.id ?? .generate(), document.queue ?? .default)
        let job = Job(id: id, queue: queue, fields: stored)
        guard job.corrupt == nil, job.unknownFields.isEmpty, job.meta == document.meta else {
            return "stored, it is damaged: \(job.corrupt ?? "") \(job.unknownFields)"
        }
        guard isThorough else { return nil }
        let draft = JobDraft(id: id, queue: queue, fields: stored)
        let shown = JSONValue.object(draft.members).text
        let again = try draft.document(try JSONParser.parse(Array(shown.utf8)))
        let edit = JobEdit(draft, to: again)
        return edit.written.isEmpty && edit.removed.isEmpty ? nil : "shown, it is another one: \(shown)"
    }

    @Test func hashesAreTakenWholeOrRefusedInOneLine() throws {
        let valid: [(String, [UInt8])] = [
            ("command", "make"), ("argv", #"["a","b"]"#), ("priority", "8"), ("max_retries", "5"),
            ("backoff_base", "1.5"), ("backoff_cap", "10m"), ("timeout", "90"), ("grace", "0.5"), ("delay", "1s"),
            ("run_at", "1795251600000"), ("success_codes", "[0]"), ("snooze_codes", #"{"75":"1m"}"#),
            ("env", #"{"A":"b"}"#), ("tags", #"["x"]"#), ("meta", #"{ "n": 1 }"#), ("memory", "1GiB"), ("cwd", "/"),
            // Of a stored job: they refuse a prepared one, and must not harm who reads a damaged one.
            ("state", "processing"), ("run", "3"), ("token", "web-1-4711-a1b2.17"), ("created_at", "1795251600000"),
            ("backoff_cap_ms", "600000"), ("timeout_ms", "90000"), ("exit_code", "1"), ("reason", "exit"),
        ].map { ($0.0, Array($0.1.utf8)) }
        let id = try JobID("a")
        var accepted = 0
        try Fuzz.run("prepared hashes", seed: 7) { random in
            let kinds = Bool.random(using: &random) ? valid.count : valid.count - 8
            var fields: [(String, [UInt8])] = []
            for _ in 0..<Int.random(in: 0...5, using: &random) {
                let (name, bytes) = valid[Int.random(in: 0..<kinds, using: &random)]
                let isDamaged = Int.random(in: 0..<4, using: &random) == 0
                if !fields.contains(where: { $0.0 == name }) {
                    fields.append((name, isDamaged ? Mutation.mutated(bytes, using: &random) : bytes))
                }
            }
            // As a stored job, which may be as damaged as a prepared one. Slow, and so not each time.
            if Int.random(in: 0..<10, using: &random) == 0 {
                let json = Job(id: id, queue: .default, fields: fields).json
                guard try JSONParser.parse(Array(json.utf8)).text == json else { return "its JSON is another: \(json)" }
            }
            let document: JobDocument
            do throws(DocumentError) {
                document = try JobDocument(id: id, hashFields: fields)
            } catch {
                return OneLine.problem(with: error.description)
            }
            accepted += 1
            return try Self.problem(with: document, isThorough: Int.random(in: 0..<4, using: &random) == 0)
        }
        #expect(accepted > 1000)
    }
}
