import QueueKit
import Testing

/// One row of a table: a document, and the whole message it is refused with.
struct Refusal: Sendable, CustomTestStringConvertible {
    var json: String
    var message: String
    init(_ json: String, _ message: String) {
        self.json = json
        self.message = message
    }
    var testDescription: String { String(json.prefix(60)) }

    func check() {
        do {
            let document = try JobDocument(json: json)
            Issue.record("was accepted: \(document)")
        } catch {
            #expect(error.description == message)
        }
    }
}

private let duration = "give seconds, or a duration such as 500ms, 10s or 1h30m, from"

@Suite struct DocumentRefusalTests {
    @Test(arguments: [
        Refusal("", "the document is not valid JSON: it is empty (byte 0)"),
        Refusal("  \n", "the document is not valid JSON: it is empty (byte 0)"),
        Refusal("[]", "the document is an array; give an object such as {\"command\":\"...\"}"),
        Refusal("12", "the document is a number; give an object such as {\"command\":\"...\"}"),
        Refusal("\"x\"", "the document is a string; give an object such as {\"command\":\"...\"}"),
        Refusal("null", "the document is null; give an object such as {\"command\":\"...\"}"),
        Refusal("{\"command\":\"tr", "the document is not valid JSON: it ends in the middle of a string (byte 14)"),
        Refusal("{\"command\":", "the document is not valid JSON: it ends too early (byte 11)"),
        Refusal("{\"command\":\"x\"", "the document is not valid JSON: it ends too early (byte 14)"),
        Refusal("{\"command\":\"x\",}", "the document is not valid JSON: expected a name in double quotes (byte 15)"),
        Refusal("{\"command\":\"x\"} {}", "the document is not valid JSON: something follows the end (byte 16)"),
        Refusal("{'command':'x'}", "the document is not valid JSON: expected a name in double quotes (byte 1)"),
        Refusal("\u{feff}{}", "the document is not valid JSON: it begins with a byte-order mark (byte 0)"),
        Refusal(
            #"{"command":"a","command":"b"}"#,
            #"the document is not valid JSON: the name "command" is given twice (byte 15)"#
        ),
        Refusal(
            #"{"command":"a","meta":{"n":9007199254740993}}"#,
            "the document is not valid JSON: a whole number is beyond 2^53, where programs begin to round; "
                + "write it as a string (byte 27)"
        ),
    ])
    func whatIsNoDocumentIsNamed(_ row: Refusal) { row.check() }

    @Test(arguments: [
        Refusal("{}", "command: is missing; give command, argv or task"),
        Refusal(#"{"command":"a","argv":["b"]}"#, "command: excludes argv; give one of them"),
        Refusal(#"{"command":" \t\n"}"#, #"command: " \t\n" is blank; give a shell command of at most 131071 bytes"#),
        Refusal(#"{"command":""}"#, #"command: "" is blank; give a shell command of at most 131071 bytes"#),
        Refusal(
            #"{"command":"a\u0000b"}"#,
            #"command: "a\x00b" contains a NUL character; give a shell command of at most 131071 bytes"#
        ),
        Refusal(#"{"command":7}"#, "command: 7 is not a string; give a shell command of at most 131071 bytes"),
        Refusal(#"{"argv":[]}"#, "argv: [] is empty; give an array of strings, the program first"),
        Refusal(#"{"argv":[""]}"#, #"argv[0]: "" is empty; give an array of strings, the program first"#),
        Refusal(#"{"argv":["a","b",7]}"#, "argv[2]: 7 is not a string; give an array of strings, the program first"),
        Refusal(#"{"argv":"ls"}"#, #"argv: "ls" is not an array; give an array of strings, the program first"#),
        Refusal(
            #"{"argv":["a","\u0000"]}"#,
            #"argv[1]: "\x00" contains a NUL character; give an array of strings, the program first"#
        ),
    ])
    func programIsChecked(_ row: Refusal) { row.check() }

    @Test(arguments: [
        (#""priority":11"#, "priority: 11 is out of range; give 0...10"),
        (#""priority":-1"#, "priority: -1 is out of range; give 0...10"),
        (#""priority":"high""#, #"priority: "high" is not a whole number; give 0...10"#),
        (#""priority":"5""#, #"priority: "5" is not a whole number; give 0...10"#),
        (#""priority":5.5"#, "priority: 5.5 is not a whole number; give 0...10"),
        (#""priority":null"#, "priority: null is not a whole number; give 0...10"),
        (#""priority":true"#, "priority: true is not a whole number; give 0...10"),
        (#""priority":1e300"#, "priority: 1e300 is not a whole number; give 0...10"),
        (#""max_retries":-1"#, "max_retries: -1 is out of range; give 0...1000"),
        (#""max_retries":1000000000"#, "max_retries: 1000000000 is out of range; give 0...1000"),
        (#""backoff_base":0.5"#, "backoff_base: 0.5 is out of range; give a number from 1 to 100"),
        (#""backoff_base":"2""#, #"backoff_base: "2" is not a number; give a number from 1 to 100"#),
        (#""timeout":"0s""#, "timeout: 0s is out of range; \(duration) 1ms to 30d"),
        (#""timeout":0"#, "timeout: 0s is out of range; \(duration) 1ms to 30d"),
        (#""timeout":-3"#, "timeout: -3s is out of range; \(duration) 1ms to 30d"),
        (#""timeout":1e300"#, "timeout: 1e300 is out of range; \(duration) 1ms to 30d"),
        (#""timeout":"5""#, #"timeout: "5" has no unit; \#(duration) 1ms to 30d"#),
        (#""timeout":"soon""#, #"timeout: "soon" is not a duration; \#(duration) 1ms to 30d"#),
        (#""timeout":[5]"#, "timeout: [5] is not a duration; \(duration) 1ms to 30d"),
        (#""grace":61"#, "grace: 1m1s is out of range; \(duration) 0s to 1m"),
        (#""delay":"-3s""#, #"delay: "-3s" is not a duration; \#(duration) 0s to 3650d"#),
        (#""delay":1,"run_at":1795251600000"#, "delay: excludes run_at; give one of them"),
        (
            #""run_at":"2026-02-30T00:00:00Z""#,
            #"run_at: "2026-02-30T00:00:00Z" does not exist in the calendar; "#
                + "give a time such as 2026-11-21T09:00:00Z, or milliseconds since the epoch"
        ),
        (
            #""run_at":"2026-11-21T09:00:00""#,
            #"run_at: "2026-11-21T09:00:00" has no zone; "#
                + "give a time such as 2026-11-21T09:00:00Z, or milliseconds since the epoch"
        ),
        (
            #""run_at":1795251600"#,
            "run_at: 1795251600 (1970-01-21T18:40:51.600Z) is out of range; "
                + "give a time such as 2026-11-21T09:00:00Z, or milliseconds since the epoch"
        ),
        (#""env":{"A":1}"#, "env.A: 1 is not a string; give an object of strings"),
        (
            #""env":{"A B":"x"}"#,
            #"env: "A B" is not a name for a variable; give letters, digits and _, not beginning with a digit"#
        ),
        (
            #""env":{"":"x"}"#,
            #"env: "" is not a name for a variable; give letters, digits and _, not beginning with a digit"#
        ),
        (
            #""env":{"QUEUECTL_JOB_ID":"x"}"#,
            "env.QUEUECTL_JOB_ID: is set by queuectl alone; give a name without QUEUECTL_"
        ),
        (#""env":{"A":"\u0000"}"#, #"env.A: "\x00" contains a NUL character; give an object of strings"#),
        (
            #""env_from":{"A":"hunter2"}"#,
            "env_from.A: says no place to look; give file:NAME, a file that the worker keeps for secrets, or variable:NAME"
        ),
        (
            #""env_from":{"A":"file:../x"}"#,
            "env_from.A: says no place to look; give file:NAME, a file that the worker keeps for secrets, or variable:NAME"
        ),
        (
            #""env_from":{"A":"file:/x"}"#,
            "env_from.A: says no place to look; give file:NAME, a file that the worker keeps for secrets, or variable:NAME"
        ),
        (
            #""env_from":{"A":5}"#,
            "env_from.A: is not a string; give file:NAME, a file that the worker keeps for secrets, or variable:NAME"
        ),
        (
            #""env_from":["A"]"#,
            #"env_from: ["A"] is not an object; give an object such as {"DB_PASSWORD":"file:db_password"}"#
        ),
        (
            #""env_from":{"QUEUECTL_A":"file:x"}"#,
            "env_from.QUEUECTL_A: is set by queuectl alone; give a name without QUEUECTL_"
        ),
        (#""env":{"A":"b"},"env_from":{"A":"file:x"}"#, "env_from.A: is in env too; give it in one of them"),
        (#""env":["A=1"]"#, #"env: ["A=1"] is not an object; give an object of strings"#),
        (#""cwd":"tmp""#, #"cwd: "tmp" is not an absolute path; give a path that begins with /"#),
        (#""stdin":{}"#, "stdin: {} is not a string; give a string"),
        (#""tags":["a",""]"#, #"tags[1]: "" has 0 bytes; give at most 32 strings of 1...128 bytes"#),
        (
            #""tags":["\u001b[31m"]"#,
            #"tags[0]: "\x1b[31m" contains a control character; give at most 32 strings of 1...128 bytes"#
        ),
        (#""meta":[1]"#, "meta: [1] is not an object; give an object"),
        (#""v":2"#, "v: 2 is not a version this release knows; give 1"),
        (#""id":"a b""#, #"id: "a b" has characters that are not allowed; give 1...128 letters, digits, _ . or -"#),
        (#""id":"..""#, #"id: ".." is reserved; give 1...128 letters, digits, _ . or -"#),
        (#""id":17"#, "id: 17 is not a string; give 1...128 letters, digits, _ . or -"),
        (
            #""queue":"{x}""#,
            #"queue: "{x}" has characters that are not allowed; give 1...64 letters, digits, _ . or -"#
        ),
        (#""queue":"""#, #"queue: "" is empty; give 1...64 letters, digits, _ . or -"#),
    ])
    func valuesOutOfPlaceAreRefused(member: String, message: String) {
        Refusal(#"{"command":"x",\#(member)}"#, message).check()
    }

    @Test(arguments: [
        ("maxRetries", "maxRetries: is not a field of a job; did you mean max_retries?"),
        ("comand", "comand: is not a field of a job; did you mean command?"),
        ("prority", "prority: is not a field of a job; did you mean priority?"),
        ("unique-key", "unique-key: is not a field of a job; did you mean unique_key?"),
        ("success_code", "success_code: is not a field of a job; did you mean success_codes?"),
        ("waited_ms", "waited_ms: is set by queuectl alone; leave it out"),
        ("failed_hosts", "failed_hosts: is set by queuectl alone; leave it out"),
        (
            "signature",
            "signature: belongs to a signed job, and there is no signed; give all of signed, id, key_id, valid_until and signature, or none"
        ),
        ("state", "state: is set by queuectl alone; leave it out"),
        ("run", "run: is set by queuectl alone; leave it out"),
        ("attempts", "attempts: is set by queuectl alone; leave it out"),
        ("timeout_ms", "timeout_ms: is set by queuectl alone; give timeout"),
        (
            "zzzzzzzz",
            "zzzzzzzz: is not a field of a job; the fields are v, id, queue, command, argv, task, args, priority, "
                + "max_retries, backoff_base, backoff_cap, timeout, grace, delay, run_at, expires, success_codes, "
                + "fatal_codes, snooze_codes, "
                + "retry_on_other_host, memory, cpu_seconds, nice, open_files, env, env_from, cwd, stdin, tags, meta, reply_to"
        ),
    ])
    func otherFieldsAreRefused(name: String, message: String) {
        Refusal(#"{"command":"x","\#(name)":1}"#, message).check()
    }

    @Test func longAndDangerousValuesAreShortenedAndEscaped() {
        let long = String(repeating: "w", count: 100_000)
        Refusal(
            #"{"command":"x","cwd":"\u001b]0;\#(long)"}"#,
            #"cwd: "\x1b]0;\#(String(repeating: "w", count: 32))…" is not an absolute path; give a path that begins with /"#
        ).check()
        Refusal(
            #"{"command":"x","\u001b[2J":1}"#,
            #"\x1b[2J: is not a field of a job; the fields are v, id, queue, command, argv, task, args, priority, "#
                + "max_retries, backoff_base, backoff_cap, timeout, grace, delay, run_at, expires, success_codes, "
                + "fatal_codes, snooze_codes, "
                + "retry_on_other_host, memory, cpu_seconds, nice, open_files, env, env_from, cwd, stdin, tags, meta, reply_to"
        ).check()
    }
}
