extension IntakeItem {
    /// The document that was pushed, member by member, wrong ones included, for somebody to correct: a JSON object, or what a
    /// prepared hash says. Nil if it is neither.
    package var members: [JSONMember]? {
        guard preparedFields.isEmpty else { return preparedFields.map(Self.member) }
        guard let value = try? JSONParser.parse(raw), case .object(let members) = value else { return nil }
        return members
    }

    /// Whether it is a signed job, right or wrong: what was signed can only be changed by who signs it.
    package var isSigned: Bool {
        JobDocument.isSigned(JSONParser.leadingMembers(raw).map(\.name) + preparedFields.map(\.0))
    }

    private static func member(name: String, bytes: [UInt8]) -> JSONMember {
        let value =
            if SignedField.own.contains(name), name != SignedField.validUntil.rawValue {
                // What was signed is a text, also where it could be read as an object.
                JSONValue.string(String(decoding: bytes, as: UTF8.self))
            } else if let field = DocumentField(rawValue: name) {
                try? JobDocument.value(of: field, in: bytes)
            } else {
                // It may be a mistyped name: then a number has to stay one.
                try? JSONParser.parse(bytes)
            }
        return JSONMember(name: name, value: value ?? .string(String(decoding: bytes, as: UTF8.self)))
    }
}
