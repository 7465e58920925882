/// A program that runs one of its words as a script. Given to a script as an argument, a value does no harm; as a part of it, it
/// is whatever who wrote it wants.
///
/// This finds mistakes that are often made. It cannot know every program that runs what it is given.
struct Interpreter {
    /// The options that are followed by a script, or contain it.
    private enum Form {
        /// Letters, also among others in one word, as in `bash -ec`; and whole words. A word that is no option ends them, unless
        /// something else may stand first, as the user does for su.
        case option(letters: String, words: [String], isFirst: Bool)
        /// The shell of another machine reads all that comes after its name.
        case remote
    }

    private static let forms: [String: Form] = {
        var forms: [String: Form] = [:]
        for name in ["sh", "bash", "dash", "zsh", "ksh", "mksh", "ash", "rbash", "csh", "tcsh"] {
            forms[name] = .option(letters: "c", words: [], isFirst: true)
        }
        for name in ["su", "runuser"] {
            forms[name] = .option(letters: "c", words: ["--command", "--session-command"], isFirst: false)
        }
        forms["fish"] = .option(letters: "cC", words: ["--command", "--init-command"], isFirst: true)
        forms["python"] = .option(letters: "c", words: [], isFirst: true)
        forms["perl"] = .option(letters: "eEmM", words: [], isFirst: true)
        for name in ["ruby", "lua"] { forms[name] = .option(letters: "e", words: [], isFirst: true) }
        for name in ["node", "nodejs"] {
            forms[name] = .option(letters: "ep", words: ["--eval", "--print"], isFirst: true)
        }
        forms["php"] = .option(
            letters: "rBRE",
            words: ["--run", "--process-begin", "--process-code", "--process-end"],
            isFirst: true
        )
        forms["ssh"] = .remote
        return forms
    }()
    /// The options of ssh that have a value in the next word.
    private static let remoteOptions = "BbcDEeFIiJLlmOopQRSWw"

    private let form: Form

    /// By the name of a program, of whatever version: `/usr/bin/python3.11`.
    private init?(_ word: TaskTemplate.Word) {
        guard word.names.isEmpty, let file = word.beginning.split(separator: "/").last,
            let form = Self.forms[String(file.prefix { !$0.isNumber })]
        else { return nil }
        self.form = form
    }

    /// What to do instead, if the last of the words would make a value part of a script.
    static func adviceIfLastIsScript(_ words: [TaskTemplate.Word]) -> String? {
        guard let last = words.last, !last.names.isEmpty else { return nil }
        for (place, word) in words.dropLast().enumerated() {
            guard let interpreter = Interpreter(word) else { continue }
            let rest = words[(place + 1)...]
            switch interpreter.form {
            case .option(let letters, let options, let isFirst):
                guard isScript(rest, letters, options, isFirst) else { continue }
                return "give it to the script as an argument: [sh, -c, 'cmd \"$1\"', sh, \"{name}\"]"
            case .remote:
                guard hasDestination(rest.dropLast()) else { continue }
                return "a shell on the other machine reads it"
            }
        }
        return nil
    }

    /// Whether the last word is a script, or the end of an option that contains one.
    private static func isScript(
        _ words: ArraySlice<TaskTemplate.Word>,
        _ letters: String,
        _ options: [String],
        _ isFirst: Bool
    ) -> Bool {
        var isAwaited = false
        var isAfterOption = false
        for word in words.dropLast() {
            if word.asks(for: letters, options) {
                isAwaited = true
            } else if !word.isOption, !word.isInList, isAwaited || (isFirst && !isAfterOption) {
                // This is the script, and what follows are its arguments.
                return false
            }
            isAfterOption = word.isOption
        }
        return isAwaited || words.last?.asks(for: letters, options) == true
    }

    private static func hasDestination(_ words: ArraySlice<TaskTemplate.Word>) -> Bool {
        var isValue = false
        for word in words {
            if isValue {
                isValue = false
            } else if word.isOption {
                isValue = word.beginning.count == 2 && remoteOptions.contains(word.beginning.suffix(1))
            } else {
                return true
            }
        }
        return false
    }
}

extension TaskTemplate.Word {
    /// What stands before the first value in it.
    fileprivate var beginning: String { if case .literal(let text)? = pieces.first { text } else { "" } }

    fileprivate var isOption: Bool { beginning.beginsWithBytes(of: "-") }

    /// Whether it is one of these options, or begins with one.
    fileprivate func asks(for letters: String, _ options: [String]) -> Bool {
        guard isOption else { return false }
        if beginning.beginsWithBytes(of: "--") { return options.contains(String(beginning.prefix { $0 != "=" })) }
        return beginning.contains { letters.contains($0) }
    }
}
