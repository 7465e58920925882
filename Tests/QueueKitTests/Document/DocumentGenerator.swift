import TestSupport

/// Documents as producers write them, right and wrong, the same in every run.
struct DocumentGenerator {
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// A document as a line of JSON. About half of them are right.
    mutating func next() -> String {
        var members = valid()
        if Bool.random(using: &random) { damage(&members) }
        return "{" + members.map { "\"\($0.name)\":\($0.json)" }.joined(separator: ",") + "}"
    }

    private typealias Member = (name: String, json: String)

    private static let programs: [[Member]] = [
        [("command", #""convert \"in é.png\" out.jpg""#)], [("argv", #"["ls","","-l"]"#)], [("task", #""resize""#)],
        [("task", #""a.b-c_D9""#), ("args", #"{"width":100,"ratio":1.5e0,"of":["é",1],"sharp":true}"#)],
    ]

    private static let times: [[Member]] = [
        [], [], [("delay", "10")], [("delay", #""1h30m""#)], [("run_at", #""2030-01-31T09:00:00.5+01:00""#)],
        [("run_at", "1900000000000")], [("expires", "7200")], [("expires", #""2h""#)],
        [("expires", #""2040-01-01T00:00:00Z""#)], [("delay", #""1m""#), ("expires", "7200.5")],
        [("run_at", "1900000000000"), ("expires", "2200000000000")], [("delay", "0"), ("expires", "2200000000000")],
    ]

    private static let others: [Member] = [
        ("v", "1"), ("id", #""invoice-17""#), ("queue", #""default""#), ("priority", "8"), ("max_retries", "5.0"),
        ("backoff_base", "1.5"), ("backoff_cap", "0"), ("backoff_cap", #""30d""#), ("timeout", "0.001"),
        ("timeout", #""500ms""#), ("grace", "60"), ("success_codes", "[0,3]"), ("fatal_codes", "[4,4,255]"),
        ("snooze_codes", #"{"75":"10m","76":0.5}"#), ("retry_on_other_host", "true"), ("memory", "1048576"),
        ("memory", #""512MiB""#), ("memory", #""1.5gib""#), ("cpu_seconds", "31536000"), ("nice", "0"),
        ("open_files", "16"), ("env", #"{"A":"","_b9":"é"}"#),
        ("env_from", #"{"B":"file:db/password","_C":"variable:C"}"#), ("cwd", #""/srv""#), ("stdin", #""a\nb\u0000""#),
        ("tags", #"["a","é x"]"#), ("meta", #"{"n":[1,2.50,null],"o":{}}"#), ("reply_to", #""me.1""#),
    ]

    private mutating func valid() -> [Member] {
        var members = pick(Self.programs) + pick(Self.times)
        for member in Self.others where Int.random(in: 0..<6, using: &random) == 0 {
            if !members.contains(where: { $0.name == member.name }) { members.append(member) }
        }
        return members.shuffled(using: &random)
    }

    /// Values that are wrong for most fields, and right for some.
    private static let anything = [
        "null", "true", "false", "-1", "-0", "0", "1", "2.5", "1e300", #""""#, #""x""#, #""a b""#, #""é""#, #""/""#,
        "[]",
        "{}",
        "[1]", "[null]", #"["x"]"#, #"{"a":1}"#, #"{"a":"b"}"#, #"{"a":[]}"#, #"{"QUEUECTL_A":"b"}"#, #"{"a b":"c"}"#,
        #""a\u0000b""#, #""\u001b""#, "[[]]",
    ]

    /// Values just inside and just outside of what a field takes.
    private static let edges: [Member] = [
        ("v", "2"), ("v", "1.0"), ("v", #""1""#), ("id", #"".""#), ("id", #""..""#), ("id", #""...""#),
        ("id", "\"" + String(repeating: "i", count: 128) + "\""),
        ("id", "\"" + String(repeating: "i", count: 129) + "\""),
        ("queue", "\"" + String(repeating: "q", count: 65) + "\""), ("reply_to", #""..""#), ("reply_to", #""a/b""#),
        ("priority", "10"), ("priority", "11"), ("priority", "5e0"), ("priority", "5.5"), ("priority", #""5""#),
        ("max_retries", "1000"), ("max_retries", "1001"), ("backoff_base", "0.99"), ("backoff_base", "100"),
        ("backoff_base", "100.1"), ("backoff_cap", "2592000"), ("backoff_cap", "2592001"), ("timeout", "0"),
        ("timeout", "2592001"), ("timeout", #""5""#), ("timeout", #""5 m""#), ("timeout", #""1m1h""#),
        ("timeout", #""1.h""#), ("timeout", #""m""#), ("timeout", #""1H""#), ("timeout", #""1d2h3m4s5ms""#),
        ("timeout", #""1h1h""#), ("timeout", #""-1s""#), ("grace", "60.001"), ("grace", #""1m""#),
        ("delay", "315360001"),
        ("run_at", "999999999999"), ("run_at", "253402300799999"), ("run_at", "253402300800000"),
        ("run_at", #""2030-01-31""#), ("run_at", #""2030-01-31T09:00:00""#), ("run_at", #""2030-13-01T00:00:00Z""#),
        ("run_at", #""2030-01-31 09:00:00z""#), ("run_at", #""2030-01-31T24:00:00Z""#), ("run_at", "1.5e12"),
        ("run_at", #""2030-01-31T09:00:60Z""#), ("run_at", #""2030-01-31T09:00:00+24:00""#),
        ("success_codes", "[254]"), ("success_codes", "[256]"), ("fatal_codes", "[-1]"), ("fatal_codes", #"["4"]"#),
        ("snooze_codes", #"{"075":1}"#), ("snooze_codes", #"{"256":1}"#), ("snooze_codes", #"{"255":0}"#),
        ("snooze_codes", #"{"249":2592000}"#), ("snooze_codes", #"{"249":2592001}"#), ("memory", "1048575"),
        ("memory", "17592186044416"), ("memory", "17592186044417"), ("memory", #""512MB""#), ("memory", #""16TiB""#),
        ("memory", #""1048576""#), ("memory", #""2097152B""#), ("memory", #""KiB""#), ("cpu_seconds", "0"),
        ("cpu_seconds", "31536001"), ("nice", "19"), ("nice", "20"), ("open_files", "15"), ("open_files", "1048577"),
        ("env", #"{"9a":"b"}"#), ("env", #"{"A":1}"#), ("env", #"{"A":"\u0000"}"#), ("env", #"{"QUEUECTL":"b"}"#),
        ("cwd", #""tmp""#), ("tags", #"[""]"#),
        ("tags", "[" + Array(repeating: #""t""#, count: 32).joined(separator: ",") + "]"),
        ("tags", "[" + Array(repeating: #""t""#, count: 33).joined(separator: ",") + "]"), ("tags", #"["\u0085"]"#),
        ("tags", "[\"" + String(repeating: "t", count: 129) + "\"]"), ("expires", "0"), ("expires", "315360000"),
        ("expires", "315360001"), ("expires", "999999999999"), ("expires", #""soon""#), ("expires", #""5""#),
        ("comand", #""x""#), ("env_from", "{}"), ("env_from", #"{"D":"file:.."}"#),
        ("env_from", #"{"D":"file:a/../b"}"#), ("env_from", #"{"D":"file:a//b"}"#), ("env_from", #"{"D":"file:...a"}"#),
        ("env_from", #"{"D":"file:/a"}"#), ("env_from", #"{"D":"variable:9"}"#), ("env_from", #"{"D":"FILE:a"}"#),
        ("env_from", "{\"D\":\"file:" + String(repeating: "f", count: 128) + "\"}"),
        ("env_from", "{\"D\":\"file:" + String(repeating: "f", count: 129) + "\"}"),
        ("env_from", "{\"" + String(repeating: "V", count: 128) + "\":\"variable:A\"}"),
        ("env_from", "{\"" + String(repeating: "V", count: 129) + "\":\"variable:A\"}"), ("state", #""pending""#),
        ("timeout_ms", "5"), ("", "1"),
    ]

    private mutating func damage(_ members: inout [Member]) {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: members.removeAll { ["command", "argv", "task"].contains($0.name) }
        case 1: put(pick(pick(Self.programs)), into: &members)
        case 2: put(("delay", "5"), into: &members)
        case 3: put(("run_at", "1900000000001"), into: &members)
        case 4...6:
            let names = Self.programs.flatMap { $0 } + Self.times.flatMap { $0 } + Self.others
            put((pick(names).name, pick(Self.anything)), into: &members)
        default: put(pick(Self.edges), into: &members)
        }
    }

    /// Sets a member. What is right only together with others goes with those: that is not for a schema to know.
    private func put(_ member: Member, into members: inout [Member]) {
        if member.name == "queue", member.json == #""x""# { return }
        let rivals: Set<String> =
            switch member.name {
            case "expires": ["delay", "run_at"]
            case "run_at": ["expires"]
            default: []
            }
        members.removeAll { $0.name == member.name || rivals.contains($0.name) }
        members.append(member)
    }

    private mutating func pick<Element>(_ values: [Element]) -> Element {
        values[Int.random(in: 0..<values.count, using: &random)]
    }
}
