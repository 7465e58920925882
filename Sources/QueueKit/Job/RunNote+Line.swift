extension RunNote {
    /// The words that a line begins with.
    package enum Verb: String, CaseIterable, Sendable {
        case progress, result, error
        case retryAfter = "retry-after"
        case fatal

        /// What is to stand behind the word.
        package var accepted: String {
            switch self {
            case .progress: "give 0...100, and a text if you like"
            case .result: "give a JSON value of up to \(RunNote.resultBytes) bytes"
            case .error: "say what went wrong"
            case .retryAfter: "give a duration such as 90, 30s or 5m"
            case .fatal: "say why"
            }
        }

        func error(_ value: String?, _ problem: String) -> DocumentError {
            DocumentError(
                field: rawValue,
                value: value.map(TerminalText.quotedForMessage),
                problem: problem,
                accepted: accepted
            )
        }
    }

    /// The longest line that can hold a note.
    package static let lineBytes = resultBytes + 64

    /// Reads a line such as `progress 40 encoding`, without its end. Bytes that are not UTF-8 become U+FFFD in texts.
    ///
    /// - Throws: `DocumentError` if it begins with no verb, or if what follows is not what the verb takes.
    public init(line: [UInt8]) throws(DocumentError) {
        let text = String(decoding: line, as: UTF8.self)
        let (word, rest) = Self.firstWord(of: text[...])
        guard let verb = Verb(rawValue: String(word)) else {
            throw DocumentError(
                field: "",
                value: TerminalText.quotedForMessage(String(word)),
                problem: "is not what a job can tell",
                accepted: "begin with " + Verb.allCases.map(\.rawValue).joined(separator: ", ")
            )
        }
        self = try Self.read(verb, String(rest)).checked()
    }

    private static func read(_ verb: Verb, _ rest: String) throws(DocumentError) -> RunNote {
        switch verb {
        case .progress:
            let (number, text) = firstWord(of: rest[...])
            return .progress(try percent(String(number)), String(text))
        case .result: return .result(rest)
        case .error: return .error(rest)
        case .retryAfter: return .retryAfter(try wait(rest))
        case .fatal: return .fatal(rest)
        }
    }

    /// Reads a percentage. A fraction is cut off: 100 means that all is done, and 99.9 does not.
    package static func percent(_ text: String) throws(DocumentError) -> Int {
        guard let number = NumberText.parse(text) else { throw Verb.progress.error(text, "is not a number") }
        guard 0...100 ~= number else { throw Verb.progress.error(text, "is out of range") }
        return Int(number)
    }

    /// Reads a wait: a duration, or digits that mean seconds.
    package static func wait(_ text: String) throws(DocumentError) -> Duration {
        let seconds = NumberText.parse(text).flatMap { $0 >= 0 ? Duration(seconds: $0) : nil }
        guard let wait = seconds ?? DurationText.parse(text) else {
            throw Verb.retryAfter.error(text, "is not a duration")
        }
        return wait
    }

    /// The line that says this, with its end.
    package var line: String {
        let words: String =
            switch self {
            case .progress(let percent, let text): "progress \(percent)" + (text.map { " \($0)" } ?? "")
            case .result(let json): "result \(json)"
            case .error(let text): "error \(text)"
            case .retryAfter(let wait): "retry-after \(DurationText.format(wait))"
            case .fatal(let text): "fatal \(text)"
            }
        return words + "\n"
    }

    /// Parts a text at its first spaces; spaces around both parts are dropped.
    private static func firstWord(of text: Substring) -> (word: Substring, rest: Substring) {
        let text = text.drop { $0 == " " || $0 == "\t" }
        let word = text.prefix { $0 != " " && $0 != "\t" }
        var rest = text[word.endIndex...].drop { $0 == " " || $0 == "\t" }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return (word, rest)
    }
}
