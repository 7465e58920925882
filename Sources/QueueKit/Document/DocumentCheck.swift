/// One thing that is wrong with a document, and where.
package struct DocumentProblem: Sendable, Equatable {
    /// Which value, as a JSONPath (RFC 9535): `$.env.PATH`; `$` for the document as a whole.
    package let path: String
    /// What is wrong and what to give instead, one line.
    package let message: String
    /// Where it stands, in bytes from the beginning of the text.
    package let offset: Int

    /// Makes one; `message` must be safe to print.
    package init(path: String, message: String, offset: Int) {
        self.path = path
        self.message = message
        self.offset = offset
    }
}

/// Tells all that is wrong with documents, for those who write them. (An intake only needs the first.)
package enum DocumentCheck {
    /// Problems that are told of one document.
    package static let limit = 20

    /// Checks a text that is to be one document.
    package static func problems(in text: [UInt8], pushedTo queue: QueueName? = nil) -> [DocumentProblem] {
        guard text.count <= JobLimits.documentBytes else {
            return [DocumentProblem(path: "$", message: JobDocument.tooLarge(text.count).sentence, offset: 0)]
        }
        do {
            let value = try JSONParser.parse(text)
            return problems(in: value, of: text, pushedTo: queue)
        } catch {
            return [DocumentProblem(path: "$", message: "it is not valid JSON: \(error.reason)", offset: error.offset)]
        }
    }

    /// Checks a document that stands in a text which was parsed, such as an element of an array.
    ///
    /// - Parameters:
    ///   - start: Where it begins in the text.
    ///   - root: Its path there.
    package static func problems(
        in value: JSONValue,
        of text: [UInt8],
        at start: Int = 0,
        root: String = "$",
        pushedTo queue: QueueName? = nil
    ) -> [DocumentProblem] {
        if case .object(let members) = value, JobDocument.isSigned(members.lazy.map(\.name)) {
            return problem(inSigned: value, of: text, at: start, root: root, pushedTo: queue).map { [$0] } ?? []
        }
        let errors = errors(in: value, pushedTo: queue)
        guard !errors.isEmpty else { return [] }
        let parts = JSONParser.parts(in: text, at: start)
        let problems = errors.map { error in
            guard let part = parts.first(where: { error.concerns($0.name ?? "") }), let name = part.name else {
                let isAbsent = !error.field.isEmpty
                return DocumentProblem(
                    path: root + (isAbsent ? DocumentError.step(error.field) : ""),
                    message: error.sentence,
                    offset: start
                )
            }
            let inner = error.part(in: name)
            let place = inner.flatMap { inner in
                JSONParser.parts(in: text, at: part.value).enumerated().first { index, part in
                    part.name.map { inner == "." + $0 } ?? (inner == "[\(index)]")
                }?.element
            }
            let path = DocumentError.step(name) + (place?.name.map(DocumentError.step) ?? inner ?? "")
            return DocumentProblem(path: root + path, message: error.sentence, offset: place?.start ?? part.start)
        }
        return problems.sorted { $0.offset < $1.offset }
    }

    /// The first thing wrong with a signed job: in its envelope, or, at `signed`, in the document that was signed.
    private static func problem(
        inSigned value: JSONValue,
        of text: [UInt8],
        at start: Int,
        root: String,
        pushedTo queue: QueueName?
    ) -> DocumentProblem? {
        do {
            _ = try JobDocument(value: value, pushedTo: queue)
            return nil
        } catch {
            let part = JSONParser.parts(in: text, at: start).first { error.field == DocumentError.shown($0.name ?? "") }
            let path = root + (error.field.isEmpty ? "" : DocumentError.step(part?.name ?? error.field))
            return DocumentProblem(path: path, message: error.sentence, offset: part?.start ?? start)
        }
    }

    /// Checks again and again, each time without the member that was wrong.
    private static func errors(in value: JSONValue, pushedTo queue: QueueName?) -> [DocumentError] {
        var members: [JSONMember]? = if case .object(let members) = value { members } else { nil }
        var errors: [DocumentError] = []
        while errors.count < limit {
            do {
                _ = try JobDocument(value: members.map { .object($0) } ?? value, pushedTo: queue)
                return errors
            } catch {
                errors.append(error)
                guard members != nil else { return errors }
                let at = members?.firstIndex { error.concerns($0.name) }
                let name = at.flatMap { members?.remove(at: $0).name } ?? error.field
                // What has just been left out is not to be called missing.
                if let standIn = standIns[name], members?.contains(where: { standIns[$0.name] != nil }) == false {
                    members?.append(JSONMember(name: name, value: standIn))
                } else if at == nil {
                    return errors
                }
            }
        }
        return errors
    }

    private static let standIns: [String: JSONValue] = [
        "command": .string("true"), "argv": .array([.string("true")]), "task": .string("task"),
    ]
}

extension DocumentError {
    /// Whether it is about the member of this name, or something in it.
    fileprivate func concerns(_ name: String) -> Bool {
        field == Self.shown(name) || part(in: name) != nil
    }

    /// What follows the name in the path: `.PATH` or `[2]`; nil if this error is not about something in that member.
    fileprivate func part(in name: String) -> String? {
        guard field.hasPrefix(name), DocumentField(rawValue: name) != nil else { return nil }
        let rest = field.dropFirst(name.count)
        return rest.first == "." || rest.first == "[" ? String(rest) : nil
    }

    /// A name as a step of a JSONPath.
    fileprivate static func step(_ name: String) -> String {
        EnvironmentName.isValid(name) ? ".\(name)" : "[\(TerminalText.shorten(JSONValue.quote(name), to: 80))]"
    }
}
