import QueueKit
import Testing

@Suite struct AttemptRecordTests {
    private let text =
        #"{"run":3,"token":"web-1-4711-a1.17","started_at":1795251600000,"finished_at":1795251601500,"outcome":"retry","#
        + #""exit_code":1,"reason":"exit","error":"boom","delay_ms":2100}"#

    @Test func recordIsReadAndWrittenAlike() throws {
        let record = try #require(AttemptRecord(json: Array(text.utf8)))
        #expect(record.run == 3 && record.token?.worker.host == "web-1" && record.outcome == "retry")
        #expect(record.exitCode == 1 && record.signal == nil && record.delay == .milliseconds(2100))
        #expect(record.storedText == text)
    }

    @Test func recordHasAPublicForm() throws {
        let record = try #require(AttemptRecord(json: Array(text.utf8)))
        #expect(
            record.json
                == #"{"attempt":3,"worker":"web-1-4711-a1","host":"web-1","started_at":"2026-11-21T09:00:00.000Z","#
                + #""finished_at":"2026-11-21T09:00:01.500Z","outcome":"retry","exit_code":1,"signal":null,"reason":"exit","#
                + #""error":"boom","delay":2.1}"#
        )
    }

    @Test(arguments: [
        #"{"run":1,"later":{"x":[]}}"#, #"{"run":1,"exit_code":"x","token":7,"started_at":-5,"finished_at":1e300}"#,
        #"{"run":1,"delay_ms":-9007199254740992}"#,
    ])
    func unknownAndDamagedPartsAreSkipped(json: String) throws {
        let record = try #require(AttemptRecord(json: Array(json.utf8)))
        #expect(record.run == 1 && record.exitCode == nil && record.startedAt == nil && record.finishedAt == nil)
    }

    @Test(arguments: ["", "[]", "{}", #"{"run":"1"}"#, #"{"run":-1}"#, #"{"run":1"#, "\u{0}"])
    func whatIsNoRecordIsRefused(json: String) {
        #expect(AttemptRecord(json: Array(json.utf8)) == nil)
    }
}
