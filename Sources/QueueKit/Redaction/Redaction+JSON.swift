// Texts that patterns may match across the borders of their parts: members with their names, words with those beside them.
extension Redaction {
    /// A JSON text, to be shown. Members are looked at as `name=value` and as `"name":value` too, and a number is hidden as a whole. A text that is
    /// no JSON is taken as it is.
    func redactedJSON(_ json: String) -> String {
        guard !isEmpty else { return json }
        return JSONValue.parsed(bytes: Array(json.utf8)).map { redacted($0).text } ?? redacted(json)
    }

    /// The value of a member of this name, to be shown.
    package func redacted(_ value: JSONValue, of name: String) -> JSONValue {
        guard !isEmpty else { return value }
        let start = JSONValue.string(name).text + ":"
        if matches(beyond: start, in: start + value.text) { return .string(Self.mark) }
        switch value {
        case .object, .array: return redacted(value)
        case .string(let text): return .string(redacted(value: text, of: name))
        case .null, .bool, .number:
            return matches(beyond: "\(name)=", in: "\(name)=\(value.text)") ? .string(Self.mark) : redacted(value)
        }
    }

    private func redacted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let values):
            let texts = values.compactMap(\.string)
            if texts.count == values.count { return .array(redacted(words: texts).map(JSONValue.string)) }
            return .array(values.map(redacted))
        case .object(let members):
            let names = JSONValue.mapped(members, redacted)
            return .object(
                zip(names, members).map { JSONMember(name: $0.name, value: redacted($1.value, of: $1.name)) }
            )
        case .string, .number, .null, .bool: return value.mapped(redacted)
        }
    }

    /// The value of a variable, as far as it may be shown.
    func redacted(value: String, of name: String) -> String {
        let start = "\(name)="
        let whole = redacted(start + value)
        // Where the pattern takes in the name, nothing tells what of the value is left.
        return whole.utf8.starts(with: start.utf8)
            ? String(decoding: whole.utf8.dropFirst(start.utf8.count), as: UTF8.self) : Self.mark
    }

    private func matches(beyond start: String, in text: String) -> Bool {
        matches(in: Array(text.utf8)[...]).contains {
            $0.upperBound > start.utf8.count && $0.lowerBound < start.utf8.count
        }
    }

    /// Words that belong together, to be shown: where a match goes over the border of two, each that it touches is hidden.
    func redacted(words: [String]) -> [String] {
        guard !isEmpty else { return words }
        var hidden: Set<Int> = []
        for written in [words, words.map(JobCommand.quotedIfNeeded)] {
            var text: [UInt8] = []
            var places: [Range<Int>] = []
            for word in written {
                if !places.isEmpty { text.append(UInt8(ascii: " ")) }
                places.append(text.count..<text.count + word.utf8.count)
                text += word.utf8
            }
            var first = 0
            for match in matches(in: text[...]) {
                // Both come in order: a long list is gone through once.
                while first < places.count, places[first].upperBound <= match.lowerBound { first += 1 }
                let touched = (first..<places.count).prefix { places[$0].lowerBound < match.upperBound }
                if touched.count > 1 { hidden.formUnion(touched) }
            }
        }
        return words.indices.map { hidden.contains($0) ? Self.mark : redacted(words[$0]) }
    }
}
