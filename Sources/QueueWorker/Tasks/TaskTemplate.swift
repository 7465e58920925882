import QueueKit

/// What a task runs: a program and its arguments, with places for the values of a job. No shell ever sees these.
struct TaskTemplate: Sendable {
    /// A piece of a word.
    enum Piece: Sendable, Hashable {
        case literal(String)
        /// The value of the argument with this name.
        case argument(String)
    }

    /// A word of the argv, or several, if it is nothing but an argument that stands for several.
    struct Word: Sendable {
        let pieces: [Piece]
        /// Whether a `--` comes before it: no program takes what follows for an option.
        let isAfterDashes: Bool
        /// Whether it is in a list of words, which may be left out.
        let isInList: Bool

        var names: [String] { pieces.compactMap { if case .argument(let name) = $0 { name } else { nil } } }
    }

    /// Words that are left out together, when an argument in one of them is not given, or stands for nothing.
    typealias Part = [Word]

    var parts: [Part] = []
    var parameters: [String: TaskParameter] = [:]
    /// What holds for jobs that do not say.
    var timeout: Duration?
    var cwd: String?
    /// The retries of a failed run, for jobs that ask for more.
    var maxRetries: Int?
    /// Variables of all its jobs.
    var environment: [String: String] = [:]
    /// Variables of all its jobs whose values are found where this says.
    var environmentFrom: [String: SecretReference] = [:]
    /// Whether a job may bring its own standard input.
    var takesStdin = false

    /// Whether it takes a look at files, or at texts with a pattern, to make an argv.
    var mayBlock: Bool { !environmentFrom.isEmpty || parameters.values.contains { $0.kind.mayBlock } }

    /// Why the arguments of a job are refused. Not escaped where it quotes them.
    struct Problem: Error {
        let name: String
        let text: String
        /// Whether it is about the machine: the next try may find it otherwise.
        var isTransient = false
    }

    /// Puts the values of a job into their places.
    func argv(_ arguments: [String: TaskArgument]) throws(Problem) -> [String] {
        let values = try values(of: arguments)
        var argv: [String] = []
        // An option without its value would take the next word for it, even a `--`.
        for part in parts where part.allSatisfy({ $0.names.allSatisfy { values[$0]?.isEmpty == false } }) {
            for word in part { argv += try words(word, values) }
        }
        return argv
    }

    private func values(of arguments: [String: TaskArgument]) throws(Problem) -> [String: [String]] {
        for name in arguments.keys.sorted() where parameters[name] == nil {
            let known = parameters.keys.sorted()
            let near = Suggestion.nearest(to: name, among: known).map { "did you mean \($0)?" }
            let all = known.isEmpty ? "the task takes none" : "the task takes \(known.joined(separator: ", "))"
            throw Problem(name: name, text: "is not known; \(near ?? all)")
        }
        var values: [String: [String]] = [:]
        for (name, parameter) in parameters.sorted(by: { $0.key < $1.key }) {
            guard let argument = arguments[name] else {
                if parameter.isOptional { continue }
                throw Problem(name: name, text: "is missing; expected is \(parameter.kind)")
            }
            do throws(TaskParameter.Problem) {
                values[name] = try parameter.words(of: argument)
            } catch {
                throw Problem(name: name, text: error.text, isTransient: error.isTransient)
            }
        }
        return values
    }

    private func words(_ word: Word, _ values: [String: [String]]) throws(Problem) -> [String] {
        var words: [String]
        if case .argument(let name)? = word.pieces.first, word.pieces.count == 1 {
            words = values[name] ?? []
        } else {
            words = [
                word.pieces.map { piece in
                    switch piece {
                    case .literal(let text): text
                    case .argument(let name): values[name]?.first ?? ""
                    }
                }.joined()
            ]
        }
        let name = word.names.first ?? ""
        if let long = words.first(where: { $0.utf8.count > JobLimits.argumentBytes }) {
            throw Problem(
                name: name,
                text:
                    "makes a word of \(long.utf8.count) bytes; no program can be given more than \(JobLimits.argumentBytes)"
            )
        }
        if case .argument? = word.pieces.first, !word.isAfterDashes,
            words.contains(where: { $0.beginsWithBytes(of: "-") })
        {
            try checkDash(word, values)
        }
        return words
    }

    /// Refuses a word that would begin with the dash of a value.
    private func checkDash(_ word: Word, _ values: [String: [String]]) throws(Problem) {
        for name in word.names {
            guard let words = values[name], let parameter = parameters[name] else { continue }
            if case .boolean = parameter.kind { return }
            guard words.contains(where: { $0.beginsWithBytes(of: "-") }) else {
                // The first that is not empty is what the word begins with.
                if words.contains("") { continue }
                return
            }
            if parameter.allowsDash { return }
            throw Problem(
                name: name,
                text:
                    "begins with \"-\", which the program could take for an option; expected is \(parameter.kind) that does not"
            )
        }
    }
}
