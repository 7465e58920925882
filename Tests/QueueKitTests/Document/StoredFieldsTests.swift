import QueueKit
import Testing

@Suite struct StoredFieldsTests {
    private func fields(_ json: String, _ configuration: QueueConfiguration = QueueConfiguration()) throws -> [String] {
        try JobDocument(json: json).fields(configuration: configuration).map { "\($0.name)=\($0.value)" }
    }

    @Test func plainJobStoresThreeFields() throws {
        #expect(try fields(#"{"command":"true"}"#) == ["command=true", "priority=5", "max_retries=3"])
    }

    @Test func absentFieldsTakeTheConfigurationOfTheMoment() throws {
        let configuration = QueueConfiguration(stored: [
            "max-retries": "7", "backoff-base": "1.5", "backoff-cap": "10m", "job-timeout": "1h", "grace": "3s",
            "priority": "9",
        ])
        #expect(
            try fields(#"{"command":"true"}"#, configuration) == [
                "command=true", "priority=9", "max_retries=7", "backoff_base=1.5", "backoff_cap_ms=600000",
                "timeout_ms=3600000", "grace_ms=3000",
            ]
        )
        #expect(
            try fields(
                #"{"command":"true","priority":0,"max_retries":0,"backoff_base":2,"backoff_cap":3600,"grace":10,"timeout":1}"#,
                configuration
            ) == ["command=true", "priority=0", "max_retries=0", "timeout_ms=1000"]
        )
    }

    @Test func givenFieldsAreStoredInMillisecondsAndJSON() throws {
        #expect(
            try fields(
                """
                {"argv":["a","b\\"c"],"priority":8,"max_retries":1,"backoff_base":3,"backoff_cap":"90s","timeout":"1.5s",
                "grace":0,"run_at":1795251600000,"env":{"B":"2","A":"1"},"cwd":"/","stdin":"","tags":["t"],"meta":{ }}
                """
            ) == [
                #"argv=["a","b\"c"]"#, "priority=8", "max_retries=1", "backoff_base=3", "backoff_cap_ms=90000",
                "timeout_ms=1500", "grace_ms=0", "run_at=1795251600000", #"env={"A":"1","B":"2"}"#, "cwd=/", "stdin=",
                #"tags=["t"]"#, "meta={}",
            ]
        )
    }

    @Test func delayIsLeftToTheClockOfRedis() throws {
        #expect(try fields(#"{"command":"true","delay":"5m"}"#).count == 3)
    }

    @Test func whatIsStoredReadsBackAsTheSameJob() throws {
        let document = try JobDocument(
            json: """
                {"argv":["a"],"priority":8,"max_retries":1,"backoff_base":3,"backoff_cap":"90s","timeout":"1.5s",
                "grace":0,"run_at":1795251600000,"env":{"A":"1"},"cwd":"/","stdin":"x","tags":["t"],"meta":{"a":[]}}
                """
        )
        let stored = document.fields(configuration: QueueConfiguration()).map { ($0.name, Array($0.value.utf8)) }
        let job = Job(id: try JobID("a"), queue: .default, fields: stored)
        #expect(job.corrupt == nil && job.unknownFields.isEmpty && job.state == nil)
        #expect(job.command == .argv(["a"]) && job.priority == 8)
        #expect(job.retryPolicy == RetryPolicy(maxRetries: 1, base: 3, cap: .seconds(90)))
        #expect(job.timeout == .milliseconds(1500) && job.grace == .zero && job.runAt == document.runAt)
        #expect(job.env == ["A": "1"] && job.cwd == "/" && job.stdin == "x")
        #expect(job.tags == ["t"] && job.meta == #"{"a":[]}"#)
    }
}
