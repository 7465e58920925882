import TestSupport

/// Makes documents as producers send them, good ones and bad ones.
enum DocumentMaker {
    static let valid = [
        #"{"command":"convert in.png out.jpg","priority":8,"max_retries":5,"run_at":"2026-11-21T09:00:00.5+01:00"}"#,
        #"{"v":1,"id":"invoice-17","argv":["make","N=17"],"timeout":"1h30m","env":{"A":"é"},"meta":{"n":[1,2.5,{"x":null}]}}"#,
        #"{"command":"\u001b\ud83d\ude00\\","tags":["a","b"],"backoff_base":1.5,"delay":0.25,"stdin":"x\ny","cwd":"/"}"#,
        #"{"command":"x","success_codes":[0,3],"fatal_codes":[4],"snooze_codes":{"75":"10m"},"memory":"512MiB","nice":5}"#,
    ].map { Array($0.utf8) }

    /// What a field may have, in JSON; the second half of each is refused.
    private static let fields: [(name: String, values: [String])] = [
        ("v", ["1", "1.0", "2", #""1""#]),
        ("id", [#""a""#, #""A-b.c_9""#, #""..""#, #""a b""#]),
        ("queue", [#""default""#, #""m\u0061il""#, #""{x}""#, #""""#]),
        ("priority", ["0", "1e1", "11", "-1"]),
        ("max_retries", ["0", "1000", "1e9", "2.5"]),
        ("backoff_base", ["1", "99.75", "0.999", "1e308"]),
        ("backoff_cap", ["0.25", #""1d2h3m4.005s""#, #""31d""#, "1e17"]),
        ("timeout", ["0.001", #""30d""#, "0", #""5""#]),
        ("grace", ["60", #""0ms""#, #""61s""#, "-1"]),
        ("delay", ["0", #""3650d""#, #""99999999999999999999d""#, "0.0001"]),
        ("run_at", ["1000000000000", #""2026-02-28T23:59:59.999-23:59""#, #""2026-02-30T00:00:00Z""#, "999999999999"]),
        ("expires", ["60", #""2099-01-01T00:00:00Z""#, #""soon""#, "-1"]),
        ("reply_to", [#""answers""#, #""a.b_c-1""#, #""{x}""#, "5"]),
        ("args", [#"{"to":"ada","n":1.5,"ok":true}"#, "{}", "[]", #"{"a":{}}"#]),
        ("success_codes", ["[0]", "[255,0,0]", "[]", "[256]"]),
        ("fatal_codes", ["[1,2]", "[]", "[0]", "[-1]"]),
        ("snooze_codes", [#"{"75":"10m"}"#, "{}", #"{"075":"1s"}"#, #"{"75":0}"#]),
        ("retry_on_other_host", ["true", "false", "1", #""true""#]),
        ("memory", ["1048576", #""1.5GiB""#, #""1MB""#, "1"]),
        ("cpu_seconds", ["1", "31536000", "0", "31536001"]),
        ("nice", ["0", "19", "20", "-1"]),
        ("open_files", ["16", "1048576", "15", "1e300"]),
        ("env", [#"{"A":"1","_b":""}"#, "{}", #"{"1":"x"}"#, #"{"A":"\u0000"}"#]),
        ("cwd", [#""/""#, #""/a b/\u00e9""#, #""tmp""#, #""/\u0000""#]),
        ("stdin", [#""""#, #""\u0000\ud83d\ude00\n""#, "5", "[]"]),
        ("tags", ["[]", #"["a","\u202e"]"#, #"[""]"#, #"["\u0007"]"#]),
        ("meta", ["{}", #"{ "n" : [1.50, -0, 1e-400, "\u2028"] }"#, "[]", #"{"a":1,"a":2}"#]),
    ]

    /// What no field should choke on.
    private static let wild = [
        "null", "true", "-0", "1e308", "1e309", "1e-400", "9007199254740992", "9007199254740993", #""""#, #""\u0000""#,
        #""\ud800""#, "[]", "{}", "[[[[]]]]", #"{"":{}}"#, "-", "01", "+1", "NaN", #""\u001b[2J""#,
    ]

    /// The bytes of a document, of one of many kinds.
    static func bytes(using random: inout SeededGenerator) -> [UInt8] {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: (0..<Int.random(in: 0...64, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        case 1: truncated(using: &random)
        case 2: deep(using: &random)
        case 3, 4: Mutation.mutated(valid.randomElement(using: &random) ?? [], using: &random)
        case 5: Mutation.mutated(composed(using: &random), using: &random)
        default: composed(using: &random)
        }
    }

    private static func truncated(using random: inout SeededGenerator) -> [UInt8] {
        let whole = valid.randomElement(using: &random) ?? []
        return Array(whole.prefix(Int.random(in: 0...whole.count, using: &random)))
    }

    private static func deep(using random: inout SeededGenerator) -> [UInt8] {
        let depth = Int.random(in: 1...(Bool.random(using: &random) ? 66 : 500), using: &random)
        let isArray = Bool.random(using: &random)
        let opened = String(repeating: isArray ? "[" : #"{"a":"#, count: depth) + "1"
        let closed = Bool.random(using: &random) ? String(repeating: isArray ? "]" : "}", count: depth) : ""
        return Array((#"{"command":"x","meta":{"m":"# + opened + closed + "}}").utf8)
    }

    /// A few fields of a document, mostly as they should be.
    private static func composed(using random: inout SeededGenerator) -> [UInt8] {
        let programs = [#""command":"echo é""#, #""argv":["a","\u0009"]"#, #""task":"mail""#]
        var members = [programs.randomElement(using: &random) ?? ""]
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            guard let field = fields.randomElement(using: &random) else { continue }
            let chance = Int.random(in: 0..<20, using: &random)
            let value = chance == 0 ? wild.randomElement(using: &random) : field.values[chance == 1 ? 3 : chance & 1]
            members.append("\"\(field.name)\":\(value ?? "0")")
        }
        members.shuffle(using: &random)
        return Array("{\(members.joined(separator: ","))}".utf8)
    }
}
