/// Durations as people write them: `500ms`, `10s`, `1.5h`, `1h30m`.
///
/// queuectl keeps durations in whole milliseconds everywhere.
package enum DurationText {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    /// Parses a duration with its units, the larger unit first and each at most once; nil if it is not one.
    ///
    /// A plain number has no unit and is refused. A decimal fraction must come out as whole milliseconds. What is too
    /// large to count is taken as 292 million years, so that a range check names it as out of range.
    package static func parse(_ text: String) -> Duration? {
        var rest = Substring(text)
        var total: Int64 = 0
        var units = Self.units[...]
        while !rest.isEmpty {
            guard let number = DecimalText.take(from: &rest) else { return nil }
            let name = rest.prefix { $0.isLetter }
            guard let index = units.firstIndex(where: { $0.name == name }) else { return nil }
            guard let part = number.times(units[index].milliseconds) else { return nil }
            total = total.addingReportingOverflow(part).overflow ? .max : total + part
            units = units[(index + 1)...]
            rest = rest.dropFirst(name.count)
        }
        return text.isEmpty ? nil : .milliseconds(total)
    }

    /// Writes a duration with the largest units first, such as `1h30m` or `1.5s`; `parse` gives the same one back.
    package static func format(_ duration: Duration) -> String {
        var left = duration.wholeMilliseconds.magnitude
        if left == 0 { return "0s" }
        var text = duration.wholeMilliseconds < 0 ? "-" : ""
        for (name, size) in units.dropLast(2) where left >= size.magnitude {
            text += "\(left / size.magnitude)\(name)"
            left %= size.magnitude
        }
        switch left {
        case 0: break
        case 1..<1000: text += "\(left)ms"
        default: text += "\(DecimalText.thousandths(Int64(left)))s"
        }
        return text
    }

    /// Writes a duration as a number of seconds for JSON: `3600`, `0.5`.
    package static func seconds(_ duration: Duration) -> String {
        DecimalText.thousandths(duration.wholeMilliseconds)
    }
}

extension Duration {
    /// The duration in whole milliseconds, rounded towards zero; the nearest `Int64` where it does not fit.
    package var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        let (sum, overflow2) = product.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
        return overflow || overflow2 ? (seconds < 0 ? .min : .max) : sum
    }

    /// A duration of so many seconds, rounded to the millisecond; nil if that is no number or too large to count.
    package init?(seconds: Double) {
        guard let milliseconds = Int64(exactly: (seconds * 1000).rounded()) else { return nil }
        self = .milliseconds(milliseconds)
    }
}
