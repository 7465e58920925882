import Glibc

/// Prints figures as they are found: a row of the table each, or a line of JSON.
final class Report {
    private let isJSON: Bool
    private var suite = ""
    private var hasHeader = false

    init(isJSON: Bool) {
        self.isJSON = isJSON
    }

    func begin(_ name: String, _ summary: String) {
        suite = name
        guard !isJSON else { return }
        if !hasHeader {
            hasHeader = true
            row("", "unit", "median", "min", "max", "runs", goal: "goal")
        }
        print("\n\(name): \(summary)")
        fflush(nil)
    }

    /// Adds a figure. `values`: one for each run.
    func add(_ name: String, _ unit: String, _ values: [Double], goal: String? = nil) {
        let figure = Figure(suite: suite, name: name, unit: unit, goal: goal, values: values)
        if isJSON {
            print(figure.json)
        } else {
            row(
                name,
                unit,
                text(figure.median),
                text(figure.minimum),
                text(figure.maximum),
                String(values.count),
                goal: goal ?? ""
            )
        }
        fflush(nil)
    }

    /// Says why something is not measured.
    func skip(_ reason: String) {
        if !isJSON { print("  skipped: \(reason)") }
    }

    private func row(_ name: String, _ cells: String..., goal: String) {
        let widths = [6, 10, 10, 10, 5]
        let columns = zip(cells, widths).map { cell, width in spaces(max(1, width - cell.count)) + cell }
        print("  " + name + spaces(60 - name.count) + columns.joined() + (goal.isEmpty ? "" : "  \(goal)"))
    }

    private func spaces(_ count: Int) -> String {
        String(repeating: " ", count: max(0, count))
    }

    /// Three digits that mean something, and no more.
    private func text(_ value: Double) -> String {
        if value >= 99.95 { return String(Int(value.rounded())) }
        let decimals = value >= 9.995 ? 10 : 100
        let scaled = Int((value * Double(decimals)).rounded())
        let fraction = String(scaled % decimals + decimals).dropFirst()
        return "\(scaled / decimals).\(fraction)"
    }
}
