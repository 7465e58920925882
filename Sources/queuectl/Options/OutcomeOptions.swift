import ArgumentParser
import QueueKit

/// What exit codes mean for a job, and what it may take of a machine, as flags.
struct OutcomeOptions: ParsableArguments {
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("An exit code that means success; repeatable. (default: 0)", valueName: "code")
    )
    var successCode: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("An exit code after which it is dead, retries or not; repeatable.", valueName: "code")
    )
    var fatalCode: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "An exit code after which it runs again later, without using a retry: 75=10m; repeatable.",
            valueName: "code=duration"
        )
    )
    var snoozeCode: [String] = []

    @Flag(help: "Retry on another host than those on which it has failed, if one serves the queue.")
    var retryOnOtherHost = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The most memory that each of its processes may have: 512MiB.", valueName: "size")
    )
    var memory: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The most CPU time that each of its processes may use.", valueName: "seconds")
    )
    var cpuSeconds: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("How much nicer than the worker: 0...19.", valueName: "n"))
    var nice: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The most files that each of its processes may have open.", valueName: "n")
    )
    var openFiles: String?

    /// Whether none was given.
    var isEmpty: Bool {
        successCode.isEmpty && fatalCode.isEmpty && snoozeCode.isEmpty && !retryOnOtherHost
            && [memory, cpuSeconds, nice, openFiles].allSatisfy { $0 == nil }
    }

    /// The members of the document that they stand for.
    func members() throws(Failure) -> [JSONMember] {
        var members: [(String, JSONValue)] = []
        if !successCode.isEmpty { members.append(("success_codes", .array(successCode.map(JobOptions.number)))) }
        if !fatalCode.isEmpty { members.append(("fatal_codes", .array(fatalCode.map(JobOptions.number)))) }
        if !snoozeCode.isEmpty { members.append(("snooze_codes", try waits())) }
        if retryOnOtherHost { members.append(("retry_on_other_host", .bool(true))) }
        if let memory { members.append(("memory", .string(memory))) }
        for (name, text) in [("cpu_seconds", cpuSeconds), ("nice", nice), ("open_files", openFiles)] {
            if let text { members.append((name, JobOptions.number(text))) }
        }
        return members.map(JSONMember.init)
    }

    /// An error about one of the three sets of codes, in terms of flags: a flag is given once for each code.
    static func error(_ error: DocumentError, _ field: String, _ rest: Substring) -> DocumentError {
        func inFlags(_ text: String) -> String {
            ["success", "fatal", "snooze"].reduce(text) { $0.replacing("\($1)_codes", with: "--\($1)-code") }
        }
        var error = error
        error.field = inFlags(field) + (rest.first == "." ? " \(rest.dropFirst())" : "")
        error.problem = inFlags(error.problem)
        error.accepted = error.accepted.map { accepted in
            guard accepted.hasPrefix("give an ") else { return inFlags(accepted) }
            let longest = DurationText.format(JobLimits.snooze.upperBound)
            return field == "snooze_codes"
                ? "give a code and a wait of up to \(longest), such as 75=10m" : "give \(JobLimits.exitCode)"
        }
        return error
    }

    private func waits() throws(Failure) -> JSONValue {
        var waits: [JSONMember] = []
        for text in snoozeCode {
            let shown = TerminalText.quotedForMessage(text)
            guard let equals = text.firstIndex(of: "=") else {
                let problem = "--snooze-code: \(shown) has no wait; give a code and a wait, such as 75=10m"
                throw Failure(.usage, problem, field: "snooze_codes")
            }
            let code = String(text[..<equals])
            guard !waits.contains(where: { $0.name == code }) else {
                throw Failure(
                    .usage,
                    "--snooze-code: \(shown) gives a code twice; give each once",
                    field: "snooze_codes"
                )
            }
            waits.append(JSONMember(name: code, value: .string(String(text[text.index(after: equals)...]))))
        }
        return .object(waits)
    }
}
