import QueueKit
import Testing

/// Command lines that are wrong as such: words that are mistyped, missing or too many.
@Suite struct UsageTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private static let states = "pending, scheduled, processing, completed, failed, dead, cancelled"

    @Test(
        arguments: [
            Refusal("enqeue x", 64, #""enqeue" is not a command; did you mean enqueue? See queuectl --help"#),
            Refusal(
                "help exit-code",
                64,
                #"There is no help on "exit-code"; did you mean exit-codes? See queuectl --help"#
            ),
            Refusal("help dlq retyr", 64, #"There is no help on "retyr"; did you mean retry? See queuectl --help"#),
            Refusal(
                "dlq retyr x",
                64,
                #""retyr" is not a command of dlq; did you mean retry? See queuectl dlq --help"#
            ),
            Refusal(
                "enqueue --prioritty 3",
                64,
                "Unknown option '--prioritty'. Did you mean '--priority'? See queuectl enqueue --help"
            ),
            Refusal("list --limit", 64, "Missing value for '--limit <n>'. See queuectl list --help"),
            Refusal("list extra", 64, "Unexpected argument 'extra'. See queuectl list --help"),
            Refusal(["list", "\u{1b}[2J"], 64, #"Unexpected argument '\x1b[2J'. See queuectl list --help"#),
            Refusal("show", 64, "Missing expected argument '<id>'. See queuectl show --help"),
            Refusal("list --limit 0", 64, #"--limit: "0" is out of range; give 1...100000"#),
            Refusal("list --limit 1e9", 64, #"--limit: "1e9" is out of range; give 1...100000"#),
            Refusal("list --state runing", 64, #"--state: "runing" is not a state; give one of \#(states)"#),
            Refusal("list --state pendign", 64, #"--state: "pendign" is not a state; did you mean pending?"#),
            Refusal(
                "status --namespace {a}",
                64,
                #"--namespace: "{a}" is not a namespace; give 1...64 letters, digits, _ . or -"#
            ),
            Refusal("cancel", 64, "Say which jobs to cancel: give ids"),
            Refusal("dlq retry", 64, "Say which jobs to retry: give ids, or --all"),
            Refusal("dlq retry --all x", 64, "Give ids or --all, but not both"),
            Refusal("worker stop --id x", 64, #"--id: "x" is not the id of a worker; see queuectl worker list"#),
            Refusal("completions tcsh", 64, #""tcsh" has no completions; give bash, zsh or fish"#),
        ]
    )
    func usageErrorIsOneLine(_ refusal: Refusal) async throws { try await bench.refuses(refusal) }

    private static let keys = ConfigurationKey.allCases.map(\.rawValue).joined(separator: ", ")

    @Test(
        arguments: [
            Refusal("config set max-retrise 5", 64, "max-retrise is not a setting; did you mean max-retries?"),
            Refusal("config get max_retrise", 64, "max_retrise is not a setting; did you mean max-retries?"),
            Refusal("config unset leas", 64, "leas is not a setting; did you mean lease?"),
            Refusal("config set colour red", 64, "colour is not a setting; the settings are \(keys)"),
            Refusal("config set max-retries -1", 64, #"max-retries: "-1" is out of range; give 0...1000"#),
            Refusal("config set max-retries 1e9", 64, #"max-retries: "1e9" is out of range; give 0...1000"#),
            Refusal("config set max-retries 5 6", 64, "max-retries: give one value: 0...1000"),
            Refusal(
                "config set lease 30",
                64,
                #"lease: "30" has no unit; give a duration such as 500ms, 10s or 1h30m, from 1s to 1h"#
            ),
            // A heartbeat is always a third of the lease, so that no lease is shorter than two.
            Refusal(
                "config set lease 500ms",
                64,
                #"lease: "500ms" is out of range; give a duration such as 500ms, 10s or 1h30m, from 1s to 1h"#
            ),
            Refusal("config set heartbeat 20s", 64, "heartbeat is not a setting; it is a third of lease: set that"),
            Refusal(
                "config set output-cap 1MB",
                64,
                #"output-cap: "1MB" is not a size; give bytes, or a size such as 64KiB, from 0 to 64MiB"#
            ),
        ]
    )
    func settingIsRefused(_ refusal: Refusal) async throws {
        try await bench.run("config", "set", "lease", "10s")
        try await bench.refuses(refusal)
    }

    @Test func errorsAreJSONWhenAsked() async throws {
        for arguments in [
            ["enqueue", "--json", "--priority", "11", "--command", "x"], ["enqueue", "--jso", "--json"],
        ] {
            let outcome = try await bench.run(arguments)
            let error = try #require(try outcome.err.json()["error"])
            #expect(outcome.status == 64 && outcome.out == "")
            #expect(error["code"] == .string("usage") && error["exit_code"] == .number("64"))
            #expect(error["message"]?.string?.isEmpty == false)
        }
    }
}
