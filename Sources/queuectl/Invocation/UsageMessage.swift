import ArgumentParser
import QueueKit

/// What the parser found wrong with the command line, as one line.
enum UsageMessage {
    static func line(for error: any Error, _ arguments: [String]) -> String {
        let path = CommandPath(arguments)
        let names = ["queuectl"] + arguments.prefix(path.length)
        let help = "See \(names.joined(separator: " ")) --help"
        if let unknown = unknownCommand(path, arguments) { return ended(unknown) + " " + help }
        let said = Queuectl.message(for: error).split(separator: "\n").map { $0.trimmed }.joined(separator: " ")
        return TerminalText.escape(ended(said)) + " " + help
    }

    private static func ended(_ sentence: String) -> String {
        sentence.hasSuffix(".") || sentence.hasSuffix("?") ? sentence : sentence + "."
    }

    private static func unknownCommand(_ path: CommandPath, _ arguments: [String]) -> String? {
        guard !path.childNames.isEmpty, let word = arguments.dropFirst(path.length).first, !word.hasPrefix("-")
        else { return nil }
        let near = Suggestion.nearest(to: word, among: path.childNames)
        let parent = arguments.prefix(path.length).joined(separator: " ")
        let shown = TerminalText.quotedForMessage(word)
        let problem = parent.isEmpty ? "\(shown) is not a command" : "\(shown) is not a command of \(parent)"
        return problem
            + (near.map { "; did you mean \($0)?" } ?? "; there are \(path.childNames.joined(separator: ", "))")
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        guard let start = firstIndex(where: { !$0.isWhitespace }) else { return "" }
        return self[start...]
    }
}
