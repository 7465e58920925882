import QueueKit

/// What an argument of a task has to be.
struct TaskParameter: Sendable {
    /// The types of arguments.
    indirect enum Kind: Sendable {
        /// A text without NUL, of so many bytes at the most.
        case string(pattern: TextPattern?, choices: [String]?, maxBytes: Int)
        case integer(ClosedRange<Int>)
        /// A boolean: this word if it is true, else none.
        case boolean(flag: String)
        /// A path below a folder, handed on absolute and with all links followed.
        case path(root: String, mustExist: Bool)
        /// Several of one type.
        case list(of: Kind, ClosedRange<Int>)
    }

    /// What kind it is.
    var kind: Kind
    /// Whether it may be left out: then the parts of the template that mention it are left out too.
    var isOptional = false
    /// Whether a value may begin a word with `-`, where a program could take it for an option.
    var allowsDash = false

    /// Why a value is refused, as it follows the name of the argument: what is wrong, and what is expected.
    struct Problem: Error {
        let text: String
        /// Whether the argument may be right, and the machine is not: the next try may find it otherwise.
        var isTransient = false
    }

    /// The words that a value stands for.
    func words(of argument: TaskArgument) throws(Problem) -> [String] { try Self.words(of: argument, kind) }

    private static func words(of argument: TaskArgument, _ kind: Kind) throws(Problem) -> [String] {
        switch (kind, argument) {
        case (.string(let pattern, let choices, let maxBytes), .string(let text)):
            return [try checked(text, pattern, choices, maxBytes, kind)]
        case (.integer(let range), .number):
            guard let number = argument.integer, range.contains(number) else { break }
            return [String(number)]
        case (.boolean(let flag), .bool(let isSet)):
            return isSet ? [flag] : []
        case (.path(let root, let mustExist), .string(let path)):
            guard !path.isEmpty, !path.utf8.contains(0), path.utf8.count <= JobLimits.pathBytes else { break }
            switch RootedPath.resolve(path, below: root, mustExist: mustExist) {
            case .success(let resolved): return [resolved]
            case .failure(let problem):
                throw Problem(text: "\(shown(argument)) \(problem.text)", isTransient: problem.isTransient)
            }
        case (.list(let of, let range), .list(let arguments)):
            guard range.contains(arguments.count) else {
                throw Problem(text: "has \(arguments.count) elements; expected is \(kind)")
            }
            var words: [String] = []
            for (at, argument) in arguments.enumerated() {
                do throws(Problem) {
                    words += try Self.words(of: argument, of)
                } catch {
                    throw Problem(text: "[\(at)] \(error.text)", isTransient: error.isTransient)
                }
            }
            return words
        default: break
        }
        throw Problem(text: "\(shown(argument)) is not what is expected: \(kind)")
    }

    private static func checked(
        _ text: String,
        _ pattern: TextPattern?,
        _ choices: [String]?,
        _ maxBytes: Int,
        _ kind: Kind
    ) throws(Problem) -> String {
        if text.utf8.contains(0) { throw Problem(text: "contains a NUL, which no argument can hold") }
        guard text.utf8.count <= maxBytes else {
            throw Problem(text: "has \(text.utf8.count) bytes; expected is \(kind)")
        }
        let isChoice = choices?.contains { $0.isByteEqual(to: text) } ?? true
        guard isChoice, pattern?.matches(text) ?? true else {
            throw Problem(text: "\(shown(.string(text))) is not what is expected: \(kind)")
        }
        return text
    }

    private static func shown(_ argument: TaskArgument) -> String {
        switch argument {
        case .string(let text): TerminalText.quotedForMessage(text)
        case .number(let number): Int(exactly: number).map(String.init) ?? String(number)
        case .bool(let flag): String(flag)
        case .list: "a list"
        }
    }
}

extension TaskParameter.Kind {
    /// Whether a look at a value may take its time.
    var mayBlock: Bool {
        switch self {
        case .string(let pattern, _, _): pattern != nil
        case .path: true
        case .list(let of, _): of.mayBlock
        case .integer, .boolean: false
        }
    }
}

extension TaskParameter.Kind: CustomStringConvertible {
    /// What is expected, for messages.
    var description: String {
        switch self {
        case .string(let pattern, let choices, let maxBytes):
            if let choices { return "one of " + choices.map(TerminalText.quotedForMessage).joined(separator: ", ") }
            let form = pattern.map { " like " + TerminalText.escape($0.text) } ?? ""
            return "a text\(form) of at most \(maxBytes) bytes"
        case .integer(let range):
            return switch (range.lowerBound, range.upperBound) {
            case (.min, .max): "a whole number"
            case (let low, .max): "a whole number from \(low)"
            case (.min, let high): "a whole number up to \(high)"
            case (let low, let high): "a whole number from \(low) to \(high)"
            }
        case .boolean: return "true or false"
        case .path(let root, _): return "a path below \(root)"
        case .list(let of, let range):
            return "a list of \(range.lowerBound) to \(range.upperBound), each \(of)"
        }
    }
}
