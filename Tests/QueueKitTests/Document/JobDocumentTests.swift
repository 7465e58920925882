import QueueKit
import Testing

@Suite struct JobDocumentTests {
    @Test func everyFieldIsTakenFromJSON() throws {
        let document = try JobDocument(
            json: """
                {"v":1,"id":"invoice-17","queue":"mail","argv":["convert","in.png"],"priority":8,"max_retries":5,
                 "backoff_base":1.5,"backoff_cap":"10m","timeout":90,"grace":"500ms","delay":"1h30m",
                 "env":{"LANG":"C"},"cwd":"/srv","stdin":"a\\nb","tags":["x","y"],"meta":{"n":[1, 2.50]}}
                """
        )
        var expected = JobDocument(
            id: try JobID("invoice-17"),
            queue: try QueueName("mail"),
            argv: ["convert", "in.png"]
        )
        expected.priority = 8
        expected.maxRetries = 5
        expected.backoffBase = 1.5
        expected.backoffCap = .seconds(600)
        expected.timeout = .seconds(90)
        expected.grace = .milliseconds(500)
        expected.delay = .seconds(5400)
        expected.env = ["LANG": "C"]
        expected.cwd = "/srv"
        expected.stdin = "a\nb"
        expected.tags = ["x", "y"]
        expected.meta = #"{"n":[1,2.50]}"#
        #expect(document == expected)
        #expect(try document.validated() == expected)
    }

    @Test func absentFieldsStayAbsent() throws {
        #expect(try JobDocument(json: #"{"command":"true"}"#) == JobDocument(command: "true"))
    }

    @Test(arguments: [
        (#"{"command":"x","priority":8.0}"#, 8), (#"{"command":"x","priority":1e1}"#, 10),
        (#"{"command":"x","priority":0}"#, 0),
    ])
    func wholeNumbersMayBeWrittenInAnyWayJSONHas(json: String, priority: Int) throws {
        #expect(try JobDocument(json: json).priority == priority)
    }

    @Test(arguments: [
        (#"0"#, Duration.zero), ("1.5", .milliseconds(1500)), (#""500ms""#, .milliseconds(500)),
        (#""2d""#, .seconds(172_800)),
        (#""1h30m""#, .seconds(5400)), (#""0.5s""#, .milliseconds(500)), ("1e1", .seconds(10)),
    ])
    func durationsAreSecondsOrTextWithUnits(value: String, expected: Duration) throws {
        #expect(try JobDocument(json: #"{"command":"x","delay":\#(value)}"#).delay == expected)
    }

    @Test(arguments: [
        (#""2026-11-21T09:00:00Z""#, 1_795_251_600_000), (#""2026-11-21T10:00:00.123+01:00""#, 1_795_251_600_123),
        ("1795251600000", 1_795_251_600_000),
    ])
    func timesAreRFC3339OrMilliseconds(value: String, milliseconds: Int64) throws {
        #expect(try JobDocument(json: #"{"command":"x","run_at":\#(value)}"#).runAt?.milliseconds == milliseconds)
    }

    @Test func queueOfTheDocumentMustBeTheOneItWasPushedTo() throws {
        let json = #"{"command":"x","queue":"mail"}"#
        #expect(try JobDocument(json: json, pushedTo: QueueName("mail")).queue?.text == "mail")
        #expect(throws: DocumentError.self) { try JobDocument(json: json, pushedTo: .default) }
    }

    @Test func builtDocumentsPassTheSameChecks() throws {
        var document = JobDocument(command: "make")
        document.priority = 11
        #expect(
            throws: DocumentError(field: "priority", value: "11", problem: "is out of range", accepted: "give 0...10")
        ) {
            try document.validated()
        }
        document.priority = 10
        document.meta = "{ \"a\" :\n 1 }"
        #expect(try document.validated().meta == #"{"a":1}"#)
        document.meta = "[]"
        #expect(throws: DocumentError.self) { try document.validated() }
        document.meta = "{"
        #expect(throws: DocumentError.self) { try document.validated() }
        document.meta = nil
        document.stdin = String(repeating: "x", count: 1 << 20)
        #expect(throws: DocumentError.self) { try document.validated() }
    }
}
