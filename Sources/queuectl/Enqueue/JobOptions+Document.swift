import QueueKit

extension JobOptions {
    /// Whether none was given.
    var isEmpty: Bool {
        plainMembers(program: []).isEmpty && outcome.isEmpty && env.isEmpty && envFrom.isEmpty && meta == nil
            && task.args == nil
    }

    /// The fields that were given, as they would stand in a document.
    func members(program: [String]) throws(Failure) -> [JSONMember] {
        var members = plainMembers(program: program) + (try outcome.members())
        if !env.isEmpty { members.append(JSONMember(name: "env", value: try Self.variables(env, "env"))) }
        if !envFrom.isEmpty {
            members.append(JSONMember(name: "env_from", value: try Self.variables(envFrom, "env_from")))
        }
        for (name, text) in [("args", task.args), ("meta", meta)] {
            if let text { members.append(JSONMember(name: name, value: try Self.object(text, name))) }
        }
        return members
    }

    private func plainMembers(program: [String]) -> [JSONMember] {
        let texts: [(String, String?)] = [
            ("command", command), ("task", task.name), ("backoff_cap", backoffCap), ("timeout", timeout),
            ("grace", grace),
            ("delay", delay), ("expires", expires), ("cwd", cwd), ("stdin", stdin), ("reply_to", replyTo),
        ]
        let numbers: [(String, String?)] = [
            ("priority", priority), ("max_retries", maxRetries), ("backoff_base", backoffBase), ("run_at", runAt),
        ]
        let lists: [(String, [String])] = [("argv", program), ("tags", tag)]
        return texts.compactMap { name, text in text.map { JSONMember(name: name, value: .string($0)) } }
            + numbers.compactMap { name, text in text.map { JSONMember(name: name, value: Self.number($0)) } }
            + lists.filter { !$0.1.isEmpty }.map { name, texts in
                JSONMember(name: name, value: .array(texts.map(JSONValue.string)))
            }
    }

    /// A number where the text is one; otherwise a string, which the check of the field refuses and shows.
    static func number(_ text: String) -> JSONValue {
        NumberText.parse(text) == nil ? .string(text) : .number(text)
    }

    private static func variables(_ texts: [String], _ field: String) throws(Failure) -> JSONValue {
        let flag = Failure.flag(of: field)
        var members: [JSONMember] = []
        for text in texts {
            guard let equals = text.firstIndex(of: "=") else {
                let form = field == "env" ? "NAME=VALUE" : "NAME=file:NAME or NAME=variable:NAME"
                // Without a name, the text may be the secret itself.
                let shown = field == "env" ? TerminalText.quotedForMessage(text) : "what was given"
                throw Failure(.usage, "\(flag): \(shown) has no value; give \(form)", field: field)
            }
            let name = String(text[..<equals])
            let shown = TerminalText.quotedForMessage(name)
            guard !members.contains(where: { $0.name == name }) else {
                throw Failure(.usage, "\(flag): \(shown) is given twice; give each name once", field: field)
            }
            members.append(JSONMember(name: name, value: .string(String(text[text.index(after: equals)...]))))
        }
        return .object(members)
    }

    /// Whether anything says what to run.
    func hasProgram(_ program: [String]) -> Bool { command != nil || task.name != nil || !program.isEmpty }

    private static func object(_ text: String, _ field: String) throws(Failure) -> JSONValue {
        do {
            return try JSONParser.parse(Array(text.utf8))
        } catch {
            let problem = "--\(field): it is not valid JSON: \(error.reason) (byte \(error.offset))"
            throw Failure(.usage, problem, field: field)
        }
    }
}

extension Failure {
    /// Takes an error about a field that was given as a flag.
    init(flag error: DocumentError) {
        var error = error
        // A document may give a number of seconds; on the command line a number without unit would be guesswork.
        let seconds = "give seconds, or "
        if let accepted = error.accepted, accepted.hasPrefix(seconds) {
            error.accepted = "give " + accepted.dropFirst(seconds.count)
        }
        let field = String(error.field.prefix { $0 != "." && $0 != "[" })
        let rest = error.field.dropFirst(field.count)
        switch field {
        case "": break
        case "argv": error.field = rest.isEmpty ? "The program" : "The program (argv\(rest))"
        case "tags": error.field = "--tag"
        case "success_codes", "fatal_codes", "snooze_codes": error = OutcomeOptions.error(error, field, rest)
        case "env", "env_from": error.field = Self.flag(of: field) + (rest.isEmpty ? "" : " \(rest.dropFirst())")
        default: error.field = Self.flag(of: field)
        }
        let excludes = "excludes "
        if error.problem.hasPrefix(excludes) {
            let other = String(error.problem.dropFirst(excludes.count))
            error.problem = excludes + (other == "argv" ? "a program behind --" : Self.flag(of: other))
        }
        self.init(.usage, error.description, field: field.isEmpty ? nil : field)
    }

    fileprivate static func flag(of field: String) -> String {
        "--" + field.map { $0 == "_" ? "-" : String($0) }.joined()
    }

    /// Takes an error about a document. `place` stands before it: `jobs.ndjson:3`, or `[1]` in an array.
    init(document error: DocumentError, at place: String? = nil) {
        let text = place.map { "\($0): \(error.description)" } ?? error.description
        self.init(.invalidDocument, text, field: error.field.isEmpty ? nil : error.field)
    }
}
