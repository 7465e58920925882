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

    /// Programs that run a word as a script, and the options in front of it.
    private static let interpreters: [String: Set<String>] = {
        let shells = ["sh", "bash", "dash", "zsh", "ksh", "mksh", "fish", "ash", "busybox", "su", "runuser"]
        var interpreters = Dictionary(uniqueKeysWithValues: shells.map { ($0, Set(["-c"])) })
        for name in ["python", "python2", "python3"] { interpreters[name] = ["-c"] }
        for name in ["perl", "ruby", "node", "lua"] { interpreters[name] = ["-e", "-E", "--eval", "-p", "--print"] }
        interpreters["php"] = ["-r"]
        return interpreters
    }()

    /// Whether a value would become part of a script: `sh -c "... {name}"`. Given to the script as an argument it does no harm.
    static func isScript(_ words: [[Piece]], at place: Int) -> Bool {
        guard place > 0, case .literal(let option)? = words[place - 1].first, words[place - 1].count == 1 else {
            return false
        }
        let takesScript = words[..<place].contains { word in
            guard case .literal(let program)? = word.first, word.count == 1 else { return false }
            let name = program.split(separator: "/").last.map(String.init) ?? program
            let options = interpreters[name] ?? []
            // Several in one word, as in `bash -ec`.
            return options.contains(option)
                || (options.contains("-c") && option.hasPrefix("-") && option.hasSuffix("c"))
        }
        guard takesScript else { return false }
        return words[place].contains { if case .argument = $0 { true } else { false } }
    }
}
