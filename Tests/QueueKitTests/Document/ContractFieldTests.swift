import Testing

@testable import QueueKit

/// `expires`, `reply_to`, `task` and `args`.
@Suite struct ContractFieldTests {
    private func document(_ fields: String) throws -> JobDocument {
        try JobDocument(json: #"{"command":"x","# + fields + "}")
    }

    @Test(
        arguments: [
            ("90", .after(.seconds(90))), ("0.5", .after(.milliseconds(500))), (#""1h30m""#, .after(.seconds(5400))),
            ("315360000", .after(.seconds(315_360_000))),
            ("1000000000000", .at(.init(milliseconds: 1_000_000_000_000))),
            (#""2030-01-01T00:00:00Z""#, .at(.init(milliseconds: 1_893_456_000_000))),
        ] as [(String, JobExpiry)]
    )
    func expiryIsADurationOrATime(json: String, expiry: JobExpiry) throws {
        #expect(try document(#""expires":\#(json)"#).expires == expiry)
        let text = json.hasPrefix("\"") ? String(json.dropFirst().dropLast()) : json
        let hash = [("command", "x"), ("expires", text)].map { ($0.0, Array($0.1.utf8)) }
        #expect(try JobDocument(id: JobID("a"), hashFields: hash).expires == expiry)
    }

    private static let accepted =
        "give seconds, or a duration such as 500ms, 10s or 1h30m, from 1ms to 3650d; or a time such as 2026-11-21T09:00:00Z"

    @Test(
        arguments: [
            (#""expires":0"#, "expires: 0s is out of range; \(accepted)"),
            (#""expires":315360001"#, "expires: 3650d1s is out of range; \(accepted)"),
            (#""expires":999999999999"#, "expires: 11574074d1h46m39s is out of range; \(accepted)"),
            (#""expires":"soon""#, #"expires: "soon" is neither a duration nor a time; \#(accepted)"#),
            (#""expires":true"#, "expires: true is neither a duration nor a time; \(accepted)"),
            (
                #""expires":"2030-02-30T00:00:00Z""#,
                #"expires: "2030-02-30T00:00:00Z" does not exist in the calendar; \#(accepted)"#
            ),
            (
                #""expires":60,"delay":60"#,
                #"expires: "1m" is over before delay is; give more than 1m, or leave one of them out"#
            ),
            (
                #""expires":"2030-01-01T00:00:00Z","run_at":"2030-01-01T00:00:00Z""#,
                #"expires: "2030-01-01T00:00:00.000Z" is not later than run_at; "#
                    + "give a time behind 2030-01-01T00:00:00.000Z, or leave one of them out"
            ),
            (
                #""expires":"1h","run_at":"2030-01-01T00:00:00Z""#,
                #"expires: "1h" counts from now, and run_at is a time; give a time behind run_at"#
            ),
            (
                #""reply_to":"a b""#,
                #"reply_to: "a b" has characters that are not allowed; give 1...128 letters, digits, _ . or -"#
            ),
            (#""reply_to":"""#, #"reply_to: "" is empty; give 1...128 letters, digits, _ . or -"#),
            (#""task":"t""#, "command: excludes task; give one of them"),
            (#""args":{}"#, "args: is for a task, and there is none; give task, or put the arguments into argv"),
        ] as [(String, String)]
    )
    func whatIsWrongIsRefused(fields: String, message: String) {
        Refusal(#"{"command":"x","# + fields + "}", message).check()
    }

    private static let someArgs =
        "give an object of at most 64 strings, numbers, booleans and lists of these, their names of 1...128 bytes"

    @Test(
        arguments: [
            (
                #"{"task":"a b"}"#,
                #"task: "a b" has characters that are not allowed; give 1...128 letters, digits, _ . or -"#
            ),
            (#"{"task":"t","args":[]}"#, "args: [] is not an object; \(someArgs)"),
            (
                #"{"task":"t","args":{"a":null}}"#,
                "args.a: null is not a string, a number or a boolean, or a list of these; \(someArgs)"
            ),
            (
                #"{"task":"t","args":{"a":{}}}"#,
                "args.a: {} is not a string, a number or a boolean, or a list of these; \(someArgs)"
            ),
            (#"{"task":"t","args":{"a":[1,[]]}}"#, "args.a[1]: [] is not a string, a number or a boolean; \(someArgs)"),
            (#"{"task":"t","args":{"":1}}"#, #"args: "" is a name of 0 bytes; \#(someArgs)"#),
        ] as [(String, String)]
    )
    func tasksAreChecked(json: String, message: String) { Refusal(json, message).check() }

    @Test func aTaskHasAtMost64Arguments() throws {
        let members = (0..<64).map { #""a\#($0)":\#($0)"# }
        let most = #"{"task":"t","args":{\#(members.joined(separator: ","))}}"#
        #expect(try JobDocument(json: most).task == "t")
        let long = (0...1000).map { _ in "1" }.joined(separator: ",")
        Refusal(#"{"task":"t","args":{"a":[\#(long)]}}"#, "args.a: has 1001 elements; \(Self.someArgs)").check()
        Refusal(
            most.replacing("{\"a0\"", with: "{\"more\":true,\"a0\""),
            "args: has 65 members; \(Self.someArgs)"
        ).check()
    }

    @Test func aTaskIsStoredAndReadBack() throws {
        let document = try JobDocument(json: #"{"task":"resize","args":{"width":100,"of":["a.png"],"sharp":true}}"#)
        let fields = document.fields(configuration: QueueConfiguration()).map { ($0.name, Array($0.value.utf8)) }
        let job = Job(id: try JobID("a"), queue: .default, fields: fields)
        #expect(job.command == .task("resize", args: #"{"width":100,"of":["a.png"],"sharp":true}"#))
        #expect(job.arguments == ["width": .number(100), "of": .list([.string("a.png")]), "sharp": .bool(true)])
        #expect(job.corrupt == nil && job.unknownFields.isEmpty)
    }

    @Test func oneThatWasStartedCanBeEditedWhenItsRetryIsDueAfterItsExpiry() throws {
        let stored = [
            ("command", "x"), ("priority", "5"), ("max_retries", "3"), ("state", "failed"), ("run", "1"),
            ("expires_at", "1800000000000"),
            ("next_run_at", "1800000060000"), ("created_at", "1799999999999"),
        ]
        let draft = JobDraft(id: try JobID("a"), queue: .default, fields: stored.map { ($0.0, Array($0.1.utf8)) })
        let members = draft.members(setting: [JSONMember(name: "priority", value: .integer(9))], leavingOut: [])
        let edit = JobEdit(draft, to: try draft.document(.object(members)))
        #expect(edit.changes.map(\.name) == ["priority"])
    }
}
