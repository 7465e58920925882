import Testing

@testable import QueueKit

@Suite struct JobDraftTests {
    private func draft(_ fields: [(String, String)]) throws -> JobDraft {
        JobDraft(id: try JobID("a"), queue: .default, fields: fields.map { ($0.0, Array($0.1.utf8)) })
    }

    /// A document with every field that a job can have, as it is stored.
    private func everything() throws -> (document: JobDocument, stored: [(String, String)]) {
        var document = JobDocument(command: "make it")
        document.priority = 7
        document.maxRetries = 9
        document.backoffBase = 1.5
        document.backoffCap = .seconds(90)
        document.timeout = .milliseconds(1500)
        document.grace = .seconds(3)
        document.successCodes = [0, 3]
        document.fatalCodes = [4]
        document.snoozeCodes = [75: .seconds(600)]
        document.retryOnOtherHost = true
        document.memory = 512 << 20
        document.cpuSeconds = 60
        document.nice = 5
        document.openFiles = 100
        document.env = ["A": "1"]
        document.envFrom = ["B": .file("b"), "C": .variable("C")]
        document.cwd = "/tmp"
        document.stdin = "text"
        document.tags = ["t"]
        document.meta = #"{"k":[1,2]}"#
        document.expires = .at(Timestamp(milliseconds: 1_900_000_000_000))
        document.replyTo = "answers"
        let fields = document.fields(configuration: QueueConfiguration()).map { ($0.name, $0.value) }
        return (document, fields + [("state", "pending"), ("created_at", "1700000000000")])
    }

    @Test func whatIsStoredIsReadAsTheDocumentItWas() throws {
        let (document, stored) = try everything()
        let draft = try draft(stored)
        #expect(try draft.document(.object(draft.members)) == document)
        // Whoever adds a field to documents is to see it here.
        let others: Set<DocumentField> = [.version, .id, .queue, .argv, .task, .args, .delay, .runAt]
        #expect(draft.members.map(\.name) == DocumentField.allCases.filter { !others.contains($0) }.map(\.rawValue))
        #expect(JobEdit(draft, to: document).isEmpty)
    }

    @Test func onlyWhatDiffersIsWrittenOrRemoved() throws {
        let (_, stored) = try everything()
        let draft = try draft(stored)
        let given = try ["priority": "8", "timeout": #""1m""#, "argv": #"["ls"]"#].map {
            JSONMember(name: $0.key, value: try JSONParser.parse(Array($0.value.utf8)))
        }
        let members = draft.members(setting: given, leavingOut: ["tags", "grace"])
        let edit = JobEdit(draft, to: try draft.document(.object(members)))
        #expect(edit.written.map(\.name) == ["argv", "priority", "timeout_ms"])
        #expect(edit.removed == ["command", "grace_ms", "tags"])
        #expect(edit.changes.map(\.name) == ["command", "argv", "priority", "timeout", "grace", "tags"])
        #expect(edit.changes[3].old == .string("1.5s") && edit.changes[3].new == .string("1m"))
        #expect(edit.timing == .unchanged)
    }

    @Test func whatTheConfigurationSaysNowDoesNotGetIn() throws {
        let draft = try draft([
            ("command", "true"), ("priority", "5"), ("max_retries", "3"), ("state", "pending"),
        ])
        let members = draft.members(setting: [], leavingOut: ["max_retries"])
        #expect(JobEdit(draft, to: try draft.document(.object(members))).isEmpty)
    }

    @Test func aDamagedFieldIsLeftOutAndCanBeRepaired() throws {
        let draft = try draft([
            ("argv", "not JSON"), ("priority", "5"), ("max_retries", "3"), ("state", "dead"), ("timeout_ms", "soon"),
        ])
        #expect(draft.members.map(\.name) == ["priority", "max_retries"])
        #expect(throws: DocumentError.self) { try draft.document(.object(draft.members)) }
        let members = draft.members(
            setting: [JSONMember(name: "command", value: .string("true"))],
            leavingOut: []
        )
        let edit = JobEdit(draft, to: try draft.document(.object(members)))
        #expect(edit.written.map(\.name) == ["command"] && edit.removed == ["argv", "timeout_ms"])
    }

    @Test func theIdAndTheQueueCannotChange() throws {
        let draft = try draft([("command", "true"), ("state", "pending")])
        func document(_ json: String) throws -> JobDocument {
            try draft.document(try JSONParser.parse(Array(json.utf8)))
        }
        _ = try document(#"{"id":"a","queue":"default","command":"true"}"#)
        #expect(throws: DocumentError.self) { try document(#"{"id":"b","command":"true"}"#) }
        #expect(throws: DocumentError.self) { try document(#"{"queue":"b","command":"true"}"#) }
    }
}
