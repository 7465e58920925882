extension TaskTemplate {
    /// Why a word of a template is malformed.
    struct Malformed: Error {
        let text: String
    }

    /// Cuts a word into its pieces: `{name}` is an argument, `{{` and `}}` are braces.
    static func pieces(of word: String) throws(Malformed) -> [Piece] {
        var pieces: [Piece] = []
        var literal = ""
        var rest = word.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "{" where rest.first == "{", "}" where rest.first == "}":
                literal.unicodeScalars.append(scalar)
                rest.removeFirst()
            case "}": throw Malformed(text: "has a \"}\" without a \"{\"; a brace of its own is written twice")
            case "{":
                guard let end = rest.firstIndex(of: "}") else {
                    throw Malformed(text: "has a \"{\" without a \"}\"; a brace of its own is written twice")
                }
                if !literal.isEmpty { pieces.append(.literal(literal)) }
                literal = ""
                pieces.append(.argument(String(rest[..<end])))
                rest = rest[rest.index(after: end)...]
            default: literal.unicodeScalars.append(scalar)
            }
        }
        if !literal.isEmpty || pieces.isEmpty { pieces.append(.literal(literal)) }
        return pieces
    }
}
