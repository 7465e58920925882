/// Sizes as people write them: `65536`, `64KiB`, `1.5MiB`.
package enum ByteSizeText {
    private static let units: [(name: String, bytes: Int64)] = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1),
    ]

    /// Parses a number of bytes, plain or with `B`, `KiB`, `MiB`, `GiB` or `TiB` in any case; nil if it is not one.
    ///
    /// `KB` and `K` are refused: people disagree on whether they mean 1,000 or 1,024. What is too large to count gives
    /// the largest integer, so that a range check names it as out of range.
    package static func parse(_ text: String) -> Int? {
        var rest = Substring(text)
        guard let number = DecimalText.take(from: &rest) else { return nil }
        if rest.isEmpty { return number.times(1).map { Int($0) } }
        guard let unit = units.first(where: { $0.name.lowercased() == rest.lowercased() }) else { return nil }
        return number.times(unit.bytes).map { Int($0) }
    }

    /// Writes bytes in the largest unit that divides them, such as `64KiB`; `parse` gives the same number back.
    package static func format(_ bytes: Int) -> String {
        for (name, size) in units.dropLast() where bytes != 0 && bytes % Int(size) == 0 {
            return "\(bytes / Int(size))\(name)"
        }
        return String(bytes)
    }

    /// Writes bytes for people, rounded to one decimal: `1.4MiB`, `820B`.
    package static func rounded(_ bytes: Int) -> String {
        for (name, size) in units.dropLast() where bytes.magnitude >= size.magnitude {
            let tenths = (Double(bytes) / Double(size) * 10).rounded()
            return tenths.truncatingRemainder(dividingBy: 10) == 0
                ? "\(Int(tenths) / 10)\(name)" : "\(tenths / 10)\(name)"
        }
        return "\(bytes)B"
    }
}
