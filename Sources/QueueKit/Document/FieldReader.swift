/// Takes the value of one field as the type it must have, or says what is wrong with it.
struct FieldReader {
    var field: DocumentField

    func error(_ value: JSONValue, _ problem: String, accepted: String? = nil, at path: String = "") -> DocumentError {
        DocumentError(
            field: field.rawValue + path,
            value: Self.shown(value),
            problem: problem,
            accepted: accepted ?? field.accepted
        )
    }

    /// A value as messages show it: strings in quotes, everything escaped and at most 40 columns.
    static func shown(_ value: JSONValue) -> String {
        if case .string(let text) = value { return TerminalText.quotedForMessage(text) }
        return TerminalText.shorten(TerminalText.escape(value.text), to: 40)
    }

    func string(_ value: JSONValue, at path: String = "") throws(DocumentError) -> String {
        guard case .string(let text) = value else { throw error(value, "is not a string", at: path) }
        return text
    }

    func strings(_ value: JSONValue) throws(DocumentError) -> [String] {
        guard case .array(let values) = value else { throw error(value, "is not an array") }
        var texts: [String] = []
        for (index, value) in values.enumerated() {
            // The path costs more than the string itself: it is only made for the message.
            guard case .string(let text) = value else { throw error(value, "is not a string", at: "[\(index)]") }
            texts.append(text)
        }
        return texts
    }

    func stringsByName(_ value: JSONValue) throws(DocumentError) -> [String: String] {
        guard case .object(let members) = value else { throw error(value, "is not an object") }
        var texts: [String: String] = [:]
        for member in members {
            guard case .string(let text) = member.value else {
                throw error(member.value, "is not a string", at: ".\(member.name)")
            }
            texts[member.name] = text
        }
        return texts
    }

    func references(_ value: JSONValue) throws(DocumentError) -> [String: SecretReference] {
        guard case .object(let members) = value else {
            throw error(
                value,
                "is not an object",
                accepted: "give an object such as {\"DB_PASSWORD\":\"file:db_password\"}"
            )
        }
        var references: [String: SecretReference] = [:]
        for member in members {
            // Not shown: who mistakes this for env has put the secret itself here.
            let path = "\(field.rawValue).\(member.name)"
            guard case .string(let text) = member.value else {
                throw DocumentError(field: path, problem: "is not a string", accepted: field.accepted)
            }
            guard let reference = SecretReference(text) else {
                throw DocumentError(field: path, problem: "says no place to look", accepted: field.accepted)
            }
            references[member.name] = reference
        }
        return references
    }

    func object(_ value: JSONValue) throws(DocumentError) -> String {
        guard case .object = value else { throw error(value, "is not an object") }
        return value.text
    }

    func wholeNumber(_ value: JSONValue) throws(DocumentError) -> Int {
        guard let number = value.wholeNumber else { throw error(value, "is not a whole number") }
        return Int(number)
    }

    func number(_ value: JSONValue) throws(DocumentError) -> Double {
        guard case .number(let literal) = value, let number = Double(literal) else {
            throw error(value, "is not a number")
        }
        return number
    }

    func duration(_ value: JSONValue, at path: String = "") throws(DocumentError) -> Duration {
        switch value {
        case .number(let literal):
            guard let seconds = Double(literal), let duration = Duration(seconds: seconds) else {
                throw error(value, "is out of range", at: path)
            }
            return duration
        case .string(let text):
            if let duration = DurationText.parse(text) { return duration }
            let hasNoUnit = !text.isEmpty && text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            throw error(value, hasNoUnit ? "has no unit" : "is not a duration", at: path)
        default:
            throw error(value, "is not a duration", at: path)
        }
    }

    func time(_ value: JSONValue) throws(DocumentError) -> Timestamp {
        if let milliseconds = value.wholeNumber { return Timestamp(milliseconds: milliseconds) }
        guard case .string(let text) = value else { throw error(value, "is not a time") }
        do {
            return try Timestamp(rfc3339: text)
        } catch {
            throw self.error(value, error.clause)
        }
    }
}

extension TimestampError {
    /// The error as a clause that follows the value.
    package var clause: String {
        switch self {
        case .malformed: "is not a time"
        case .noZone: "has no zone"
        case .noSuchTime: "does not exist in the calendar"
        }
    }
}
