extension Job {
    /// The same job, to be shown: without what the patterns match in any of its texts. Variables of `env` are looked at as
    /// `NAME=value`.
    public func redacted(by redaction: Redaction) -> Job {
        if redaction.isEmpty { return self }
        var job = self
        switch command {
        case .shell(let text): job.command = .shell(redaction.redacted(text))
        case .argv(let words): job.command = .argv(redaction.redacted(words: words))
        case .task(let name, let args):
            job.command = .task(name, args: args.map(redaction.redactedJSON))
        case nil: break
        }
        job.env = Dictionary(uniqueKeysWithValues: env.map { ($0, redaction.redacted(value: $1, of: $0)) })
        job.cwd = cwd.map(redaction.redacted)
        job.stdin = stdin.map(redaction.redacted)
        job.tags = tags.map(redaction.redacted)
        job.meta = meta.map(redaction.redactedJSON)
        job.error = error.map(redaction.redacted)
        job.progressText = progressText.map(redaction.redacted)
        job.result = result.map(redaction.redactedJSON)
        job.document = document.map { redaction.redacted($0) }
        job.corrupt = corrupt.map(redaction.redacted)
        return job
    }
}

extension AttemptRecord {
    /// The same record, to be shown.
    package func redacted(by redaction: Redaction) -> AttemptRecord {
        var record = self
        record.error = error.map(redaction.redacted)
        return record
    }
}

extension RunNote {
    /// The same note without what the patterns match.
    package func redacted(by redaction: Redaction) -> RunNote {
        if redaction.isEmpty { return self }
        switch self {
        case .progress(let percent, let text): return .progress(percent, text.map(redaction.redacted))
        case .result(let json): return .result(redaction.redactedJSON(json))
        case .error(let text): return .error(redaction.redacted(text))
        case .fatal(let text): return .fatal(redaction.redacted(text))
        case .retryAfter: return self
        }
    }
}

extension JSONValue {
    /// A JSON text with other strings in it, names of members included, and the mark for numbers that would change. A text that is no JSON
    /// is taken as a whole.
    package static func mapped(_ json: String, _ change: (String) -> String) -> String {
        parsed(bytes: Array(json.utf8))?.mapped(change).text ?? change(json)
    }

    /// The same value with other strings in it.
    package func mapped(_ change: (String) -> String) -> JSONValue {
        switch self {
        case .string(let text): .string(change(text))
        case .array(let values): .array(values.map { $0.mapped(change) })
        case .object(let members):
            .object(Self.mapped(members, change))
        case .number(let literal): change(literal) == literal ? self : .string(Redaction.mark)
        case .null, .bool: self
        }
    }

    static func mapped(_ members: [JSONMember], _ change: (String) -> String) -> [JSONMember] {
        var names: Set<String> = []
        return members.map { member in
            var name = change(member.name)
            // No reader takes the same name twice.
            while !names.insert(name).inserted { name += "'" }
            return JSONMember(name: name, value: member.value.mapped(change))
        }
    }
}
