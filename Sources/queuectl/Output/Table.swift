import QueueKit

/// Rows of cells: aligned on a terminal, tab-separated values without a heading elsewhere.
struct Table {
    /// One column.
    struct Column {
        /// The heading.
        var title: String
        /// Whether it holds numbers, which stand to the right.
        var isNumber = false
        /// Whether it gives way when the terminal is narrow.
        var isFlexible = false
    }

    /// One cell: text that may come from anywhere, and how it is to look.
    struct Cell {
        var text: String
        var style: Style?

        init(_ text: String, _ style: Style? = nil) {
            self.text = TerminalText.escape(text)
            self.style = style
        }
    }

    var columns: [Column]
    var rows: [[Cell]] = []

    /// A flexible column is never narrower; what is left then runs over the edge.
    private static let narrowest = 8
    private static let gap = "  "

    /// Prints the table.
    func print(on console: Console) {
        guard console.out.isTerminal else {
            for row in rows { console.print(row.map(\.text).joined(separator: "\t")) }
            return
        }
        for line in lines(console.out) { console.print(line) }
    }

    /// The lines of the aligned form, headings included.
    func lines(_ profile: TerminalProfile) -> [String] {
        let widths = widths(within: profile.columns)
        let heading = columns.map { Cell($0.title.uppercased(), .dim) }
        return ([heading] + rows).map { row in
            var line = ""
            for (at, cell) in row.enumerated() {
                let text = TerminalText.shorten(cell.text, to: widths[at])
                let padding = String(repeating: " ", count: max(0, widths[at] - TerminalText.width(text)))
                let shown = profile.hasColor ? cell.style?.apply(to: text) ?? text : text
                let isLast = at == row.count - 1
                if at > 0 { line += Self.gap }
                line += columns[at].isNumber ? padding + shown : shown + (isLast ? "" : padding)
            }
            return line
        }
    }

    private func widths(within limit: Int) -> [Int] {
        var widths = columns.indices.map { at in
            rows.reduce(TerminalText.width(columns[at].title)) { max($0, TerminalText.width($1[at].text)) }
        }
        let total = widths.reduce(0, +) + Self.gap.count * (columns.count - 1)
        var excess = total - limit
        for at in columns.indices.reversed() where columns[at].isFlexible && excess > 0 {
            let given = min(excess, max(0, widths[at] - Self.narrowest))
            widths[at] -= given
            excess -= given
        }
        return widths
    }
}
