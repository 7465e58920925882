import Testing

@testable import QueueKit

@Suite struct JobTests {
    private func job(_ fields: KeyValuePairs<String, String>) throws -> Job {
        Job(id: try JobID("a"), queue: .default, fields: fields.map { ($0.key, Array($0.value.utf8)) })
    }

    @Test func processingJobIsReadWhole() throws {
        let job = try job([
            "command": "make", "state": "processing", "priority": "8", "max_retries": "5", "run": "3", "failures": "2",
            "crash_count": "1", "token": "web-1-4711-a1b2.17", "created_at": "1795251600000",
            "updated_at": "1795251600001",
            "started_at": "1795251600002", "cancel_requested": "1795251600003", "exit_code": "1", "reason": "exit",
            "error": "boom",
        ])
        #expect(job.corrupt == nil && job.unknownFields == [])
        #expect(job.state == .processing && job.command == .shell("make") && job.priority == 8 && job.maxRetries == 5)
        #expect(job.run == 3 && job.failures == 2 && job.crashCount == 1)
        #expect(job.worker?.host == "web-1" && job.token?.request == 17)
        #expect(
            job.createdAt?.milliseconds == 1_795_251_600_000 && job.cancelRequested?.milliseconds == 1_795_251_600_003
        )
        #expect(job.exitCode == 1 && job.signal == nil && job.reason == "exit" && job.error == "boom")
    }

    @Test(
        arguments: [
            ([:], nil), (["created_at": "1795251600000"], 1_795_251_600_000),
            (["created_at": "1795251600000", "started_at": "1795251600002"], 1_795_251_600_002),
            (
                ["created_at": "1795251600000", "started_at": "1795251600002", "finished_at": "1795251600005"],
                1_795_251_600_005
            ),
            (
                ["created_at": "1795251600000", "finished_at": "1795251600005", "updated_at": "1795251600009"],
                1_795_251_600_009
            ),
            (["started_at": "1795251600007", "finished_at": "1795251600005"], 1_795_251_600_007),
        ] as [(KeyValuePairs<String, String>, Int64?)]
    )
    func updatedIsTheLatestOfTheTimesStored(fields: KeyValuePairs<String, String>, expected: Int64?) throws {
        #expect(try job(fields).updatedAt?.milliseconds == expected)
    }

    @Test func missingFieldsMeanTheStoredDefaults() throws {
        let job = try job(["command": "x", "state": "pending"])
        #expect(job.retryPolicy == RetryPolicy(maxRetries: 3, base: 2, cap: .seconds(3600)))
        #expect(job.priority == 5 && job.grace == .seconds(10) && job.timeout == nil)
    }

    @Test(
        arguments: [
            ([:], "it has no command"),
            (["command": "a", "argv": "[\"b\"]"], "it has more than one of command, argv and task"),
            (["argv": "[]"], "it has no command"), (["argv": "[1]"], "argv: \"[1]\" has another shape than it should"),
            (["argv": "["], "argv: \"[\" is not valid JSON: it ends too early"),
            (["command": "x", "state": "running"], "state: \"running\" is not a state"),
            (["command": "x", "priority": "11"], "priority: \"11\" is not a number it can have"),
            (["command": "x", "run": "-1"], "run: \"-1\" is not a number it can have"),
            (
                ["command": "x", "run": "99999999999999999999"],
                "run: \"99999999999999999999\" is not a number it can have"
            ),
            (
                ["command": "x", "created_at": "9223372036854775807"],
                "created_at: \"9223372036854775807\" is not a number it can have"
            ),
            (["command": "x", "created_at": "1.5e12"], "created_at: \"1.5e12\" is not a number it can have"),
            (
                ["command": "x", "timeout_ms": "9223372036854775807"],
                "timeout_ms: \"9223372036854775807\" is not a number it can have"
            ),
            (["command": "x", "grace_ms": "60001"], "grace_ms: \"60001\" is not a number it can have"),
            (["command": "x", "backoff_base": "nan"], "backoff_base: \"nan\" is not a number it can have"),
            (["command": "x", "token": "zzz"], "token: \"zzz\" is not a token"),
            (["command": "x", "env": "[]"], "env: \"[]\" has another shape than it should"),
            (["command": "x", "meta": "\u{1b}"], "meta: \"\\x1b\" is not valid JSON: expected a value"),
        ] as [(KeyValuePairs<String, String>, String)]
    )
    func damageIsReportedAndTheRestIsRead(fields: KeyValuePairs<String, String>, problem: String) throws {
        let job = try job(fields)
        #expect(job.corrupt == problem)
        #expect(try JSONParser.parse(Array(job.json.utf8)).text == job.json)
    }

    @Test func aHashNamesNoMoreSecretsThanADocument() throws {
        let many = (1...33).map { "\"V\($0)\":\"file:a\"" }.joined(separator: ",")
        for references in [many, #""A=B":"file:a""#, #""QUEUECTL_ID":"file:a""#, #""":"file:a""#] {
            let damaged = try job(["command": "x", "env_from": "{\(references)}"])
            #expect(damaged.corrupt?.contains("has another shape than it should") == true && damaged.envFrom.isEmpty)
        }
        let sound = try job(["command": "x", "env_from": #"{"A":"file:a"}"#])
        #expect(sound.corrupt == nil && sound.envFrom == ["A": .file("a")])
    }

    @Test func bytesThatAreNoTextAreDamage() throws {
        let job = Job(
            id: try JobID("a"),
            queue: .default,
            fields: [("command", [0xff]), ("state", Array("dead".utf8))]
        )
        #expect(job.corrupt == "command: it is not valid UTF-8" && job.state == .dead && job.command == nil)
    }

    @Test func fieldsOfANewerReleaseAreKeptInMind() throws {
        let job = try job(["command": "x", "state": "pending", "zone": "1", "colour": "1"])
        #expect(job.unknownFields == ["colour", "zone"] && job.corrupt == nil)
    }

    @Test func jsonHasEveryKeyAlways() throws {
        #expect(
            try job(["command": "echo \u{1b}[31m\"hi\"", "state": "pending"]).json
                == #"{"id":"a","queue":"default","command":"echo \u001b[31m\"hi\"","argv":null,"task":null,"args":null,"#
                + #""state":"pending","priority":5,"#
                + #""attempts":0,"failures":0,"crash_count":0,"max_retries":3,"backoff_base":2,"backoff_cap":3600,"timeout":null,"#
                + #""grace":10,"success_codes":[0],"fatal_codes":[],"snooze_codes":{},"retry_on_other_host":false,"#
                + #""memory":null,"cpu_seconds":null,"nice":null,"open_files":null,"#
                + #""run_at":null,"expires_at":null,"next_run_at":null,"created_at":null,"updated_at":null,"edited_at":null,"started_at":null,"#
                + #""finished_at":null,"cancel_requested":null,"paused_at":null,"exit_code":null,"signal":null,"reason":null,"error":null,"#
                + #""worker":null,"host":null,"usage":null,"progress":null,"progress_text":null,"result":null,"#
                + #""waited":null,"failed_hosts":[],"#
                + #""env":{},"env_from":{},"cwd":null,"stdin":null,"tags":[],"meta":null,"reply_to":null,"key_id":null,"valid_until":null,"corrupt":null,"document":null}"#
        )
    }

    @Test func jsonHasTimesInUTCAndDurationsInSeconds() throws {
        let json = try job([
            "argv": #"["a","b"]"#, "state": "dead", "timeout_ms": "1500", "created_at": "1795251600123", "run": "4",
            "token": "web-1-4711-a1b2.17", "env": #"{"B":"2","A":"1"}"#, "meta": "{\"n\": 1.50}", "tags": #"["t"]"#,
            "signal": "9",
        ]).json
        for part in [
            #""argv":["a","b"]"#, #""timeout":1.5"#, #""created_at":"2026-11-21T09:00:00.123Z""#, #""attempts":4"#,
            #""signal":9"#,
            #""worker":"web-1-4711-a1b2","host":"web-1""#, #""env":{"A":"1","B":"2"}"#,
            #""tags":["t"],"meta":{"n":1.50}"#,
        ] {
            #expect(json.contains(part))
        }
    }

    @Test(arguments: [
        (["ls", "-l", "/tmp"], "ls -l /tmp"), (["echo", "a b", ""], "echo 'a b' ''"),
        (["echo", "it's"], #"echo 'it'\''s'"#),
        (["a", "$x"], "a '$x'"),
    ])
    func argumentsAreShownAsAShellWouldTakeThem(argv: [String], text: String) {
        #expect(JobCommand.argv(argv).description == text)
    }
}
