import QueueKit
import Testing

@Suite struct PreparedHashTests {
    private func document(_ fields: [(String, String)], id: String = "invoice-17") throws -> JobDocument {
        try JobDocument(id: JobID(id), hashFields: fields.map { ($0.0, Array($0.1.utf8)) })
    }

    @Test func hashHoldsTheSameFieldsAsText() throws {
        let fromHash = try document([
            ("command", "make invoice N=17"), ("priority", "8"), ("max_retries", "5"), ("backoff_base", "1.5"),
            ("backoff_cap", "10m"), ("timeout", "90"), ("grace", "0.5"), ("run_at", "2026-11-21T09:00:00Z"),
            ("env", #"{"A":"b"}"#), ("cwd", "/srv"), ("stdin", "{}"), ("tags", #"["x"]"#), ("meta", #"{ "n": 1 }"#),
        ])
        let fromJSON = try JobDocument(
            json: """
                {"id":"invoice-17","command":"make invoice N=17","priority":8,"max_retries":5,"backoff_base":1.5,
                "backoff_cap":"10m","timeout":90,"grace":0.5,"run_at":1795251600000,"env":{"A":"b"},"cwd":"/srv",
                "stdin":"{}","tags":["x"],"meta":{"n":1}}
                """
        )
        #expect(fromHash == fromJSON)
        #expect(try document([("argv", #"["a","b"]"#), ("run_at", "1795251600000"), ("v", "1")]).argv == ["a", "b"])
        #expect(try document([("command", "12"), ("id", "invoice-17")]).command == "12")
    }

    @Test(arguments: [
        ([], "command: is missing; give command, argv or task"),
        ([("command", "x"), ("state", "pending")], "state: is set by queuectl alone; leave it out"),
        ([("command", "x"), ("run", "0")], "run: is set by queuectl alone; leave it out"),
        ([("command", "x"), ("created_at", "0")], "created_at: is set by queuectl alone; leave it out"),
        ([("command", "x"), ("token", "")], "token: is set by queuectl alone; leave it out"),
        ([("command", "x"), ("priority", "11")], "priority: 11 is out of range; give 0...10"),
        ([("command", "x"), ("priority", "high")], #"priority: "high" is not a whole number; give 0...10"#),
        ([("command", "x"), ("priority", "[]")], #"priority: "[]" is not a whole number; give 0...10"#),
        ([("command", "x"), ("priority", "")], #"priority: "" is not a whole number; give 0...10"#),
        (
            [("argv", "ls -l")],
            #"argv: "ls -l" is not valid JSON: expected a value (byte 0); give an array of strings, the program first"#
        ),
        (
            [("command", "x"), ("id", "other")],
            #"id: "other" is not the id that was pushed; give invoice-17, or leave it out"#
        ),
        ([("comand", "x")], "comand: is not a field of a job; did you mean command?"),
    ])
    func hashIsRefusedForTheSameReasons(fields: [(String, String)], message: String) {
        #expect {
            try document(fields)
        } throws: {
            "\($0)" == message
        }
    }

    @Test func bytesThatAreNoTextAreRefused() throws {
        #expect {
            try JobDocument(id: JobID("a"), hashFields: [("command", [0x78, 0xff])])
        } throws: {
            "\($0)" == #"command: "x\xff" is not valid UTF-8; give a shell command of at most 131071 bytes"#
        }
    }

    @Test func hashMayHaveOneMebibyte() throws {
        #expect(throws: DocumentError.self) {
            try document([("command", "x"), ("stdin", String(repeating: "x", count: 1 << 20))])
        }
    }
}
