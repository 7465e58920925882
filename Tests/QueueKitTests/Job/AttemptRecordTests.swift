import QueueKit
import Testing

@Suite struct AttemptRecordTests {
    private let text =
        #"{"run":3,"token":"web-1-4711-a1.17","started_at":1795251600000,"finished_at":1795251601500,"outcome":"retry","#
        + #""exit_code":1,"reason":"exit","error":"boom","delay_ms":2100,"waited_ms":12,"pid":4711,"duration_ms":1480,"#
        + #""user_ms":20,"system_ms":5,"max_rss_bytes":1048576}"#

    @Test func recordIsReadAndWrittenAlike() throws {
        let record = try #require(AttemptRecord(json: Array(text.utf8)))
        #expect(record.run == 3 && record.token?.worker.host == "web-1" && record.outcome == "retry")
        #expect(record.exitCode == 1 && record.signal == nil && record.delay == .milliseconds(2100))
        #expect(record.waited == .milliseconds(12) && record.usage.pid == 4711)
        #expect(record.usage.duration == .milliseconds(1480) && record.usage.cpuTime == .milliseconds(25))
        #expect(record.usage.maxResidentBytes == 1 << 20)
        #expect(record.storedText == text)
    }

    @Test func recordHasAPublicForm() throws {
        let record = try #require(AttemptRecord(json: Array(text.utf8)))
        #expect(
            record.json
                == #"{"attempt":3,"worker":"web-1-4711-a1","host":"web-1","started_at":"2026-11-21T09:00:00.000Z","#
                + #""finished_at":"2026-11-21T09:00:01.500Z","outcome":"retry","exit_code":1,"signal":null,"reason":"exit","#
                + #""error":"boom","delay":2.1,"waited":0.012,"pid":4711,"duration":1.48,"user_time":0.02,"#
                + #""system_time":0.005,"max_rss_bytes":1048576}"#
        )
    }

    @Test(arguments: [
        #"{"run":1,"later":{"x":[]}}"#, #"{"run":1,"exit_code":"x","token":7,"started_at":-5,"finished_at":1e300}"#,
        #"{"run":1,"delay_ms":-9007199254740992}"#, #"{"run":1,"pid":-1,"user_ms":"x","max_rss_bytes":1e300}"#,
    ])
    func unknownAndDamagedPartsAreSkipped(json: String) throws {
        let record = try #require(AttemptRecord(json: Array(json.utf8)))
        #expect(record.run == 1 && record.exitCode == nil && record.startedAt == nil && record.finishedAt == nil)
    }

    @Test func theLastRunOfAJobIsARecordToo() throws {
        let fields = [
            ("command", "x"), ("state", "completed"), ("run", "2"), ("token", "web-1-4711-a1.17"),
            ("started_at", "1795251600000"), ("finished_at", "1795251601500"), ("exit_code", "0"), ("waited_ms", "12"),
            ("usage", #"{"pid":4711,"duration_ms":1480,"user_ms":20,"system_ms":5,"max_rss_bytes":1048576}"#),
        ]
        var job = Job(id: try JobID("a"), queue: .default, fields: fields.map { ($0.0, Array($0.1.utf8)) })
        var expected = try #require(AttemptRecord(json: Array(text.utf8)))
        expected.run = 2
        expected.outcome = "completed"
        expected.exitCode = 0
        expected.reason = nil
        expected.error = nil
        expected.delay = nil
        #expect(AttemptRecord(lastRunOf: job) == expected)
        // While it runs, what stands there is not its end.
        job.state = .processing
        let running = try #require(AttemptRecord(lastRunOf: job))
        #expect(running.outcome == nil && running.finishedAt == nil && running.waited == .milliseconds(12))
        job.run = 0
        #expect(AttemptRecord(lastRunOf: job) == nil)
    }

    @Test(arguments: ["", "[]", "{}", #"{"run":"1"}"#, #"{"run":-1}"#, #"{"run":1"#, "\u{0}"])
    func whatIsNoRecordIsRefused(json: String) {
        #expect(AttemptRecord(json: Array(json.utf8)) == nil)
    }
}
