/// One measured thing: its values, one for each run.
struct Figure {
    let suite: String
    let name: String
    let unit: String
    let goal: String?
    let median: Double
    let minimum: Double
    let maximum: Double
    let values: [Double]

    init(suite: String, name: String, unit: String, goal: String?, values: [Double]) {
        self.suite = suite
        self.name = name
        self.unit = unit
        self.goal = goal
        self.values = values
        self.median = values.percentile(0.5)
        self.minimum = values.min() ?? 0
        self.maximum = values.max() ?? 0
    }

    /// The figure as one line of JSON. None of the texts has anything that would have to be escaped.
    var json: String {
        let texts = [("suite", suite), ("name", name), ("unit", unit)] + (goal.map { [("goal", $0)] } ?? [])
        let numbers = [("median", median), ("min", minimum), ("max", maximum)].map { "\"\($0)\":\($1)" }
        let runs = values.map { "\($0)" }.joined(separator: ",")
        return "{" + (texts.map { "\"\($0)\":\"\($1)\"" } + numbers + ["\"values\":[\(runs)]"]).joined(separator: ",")
            + "}"
    }
}

extension [Double] {
    /// The value that this part of them does not exceed; between two of them, a mixture.
    func percentile(_ part: Double) -> Double {
        guard !isEmpty else { return 0 }
        let ordered = sorted()
        let position = part * Double(count - 1)
        let below = Int(position)
        let above = Swift.min(below + 1, count - 1)
        return ordered[below] + (ordered[above] - ordered[below]) * (position - Double(below))
    }
}

/// Each value divided by the one measured next to it: what is left when the machine is slower for a while.
func ratios(_ values: [Double], to others: [Double]) -> [Double] {
    zip(values, others).map { $0 / $1 }
}
