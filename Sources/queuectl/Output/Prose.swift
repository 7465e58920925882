import QueueKit

/// Text of helps, which the parser wraps to the width of the terminal.
extension String {
    /// The same with each paragraph on one line, so that it is not wrapped a second time where the source wraps it. Lines
    /// that begin with a space stay as they are.
    var filled: String {
        var lines: [String] = []
        var continues = false
        for line in split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            let isProse = !line.isEmpty && !line.hasPrefix(" ")
            if isProse, continues { lines[lines.count - 1] += " " + line } else { lines.append(line) }
            continues = isProse
        }
        return lines.joined(separator: "\n")
    }

    /// The words of a text on lines of at most so many columns.
    func wrapped(to columns: Int) -> [String] {
        var lines: [String] = []
        for word in split(separator: " ") {
            if let last = lines.last, TerminalText.width(last) + 1 + TerminalText.width(String(word)) <= columns {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}

/// Names with what they mean, in two columns that fit on the narrowest usual terminal.
enum Glossary {
    static func text(_ entries: [(name: String, meaning: String)]) -> String {
        let width = (entries.map(\.name.count).max() ?? 0) + 4
        return entries.map { name, meaning in
            let lines = meaning.wrapped(to: 79 - width)
            let first = "  " + name + String(repeating: " ", count: width - 2 - name.count)
            return first + lines.joined(separator: "\n" + String(repeating: " ", count: width))
        }.joined(separator: "\n")
    }
}
