import QueueKit

extension String {
    /// The text with what differs from run to run replaced: generated ids, times, ages.
    var normalized: String {
        replacing(/\b[0-9A-HJKMNP-TV-Z]{26}\b/, with: "ULID")
            .replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/, with: "TIME")
            .replacing(/(\d+(ms|s) ago|just now)/, with: "AGO")
            .replacing(/waited \d+(\.\d+)?m?s/, with: "waited TIME")
            .replacing(/took \d+(\.\d+)?m?s/, with: "took TIME")
    }

    /// The same with runs of spaces as two: how wide a column is depends on what was replaced.
    var squeezed: String {
        normalized.replacing(/AGO +\d+(\.\d+)?m?s/, with: "AGO  TIME").replacing(#/ {2,}/#, with: "  ")
    }

    /// Whether it is a generated id.
    var isULID: Bool { wholeMatch(of: /[0-9A-HJKMNP-TV-Z]{26}/) != nil }

    /// The JSON that the text is, for looking at its shape.
    func json() throws -> JSONValue { try JSONParser.parse(Array(utf8)) }
}

extension JSONValue {
    subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    var names: [String] {
        guard case .object(let members) = self else { return [] }
        return members.map(\.name)
    }
}
