/// "Did you mean": the known word nearest to a mistyped one.
package enum Suggestion {
    /// Finds the candidate that was most likely meant; nil if none is near.
    ///
    /// Case, `-` and `_` do not count, so `maxRetries` finds `max_retries`. A word may differ by a third of its letters.
    package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let letters = folded(word)
        // A key can be a megabyte long; nothing we know is.
        guard !letters.isEmpty, letters.count <= 64 else { return nil }
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let other = folded(candidate)
            let limit = max(1, max(letters.count, other.count) / 3)
            // What is found in a flood of malformed documents is looked for in each of them.
            guard abs(letters.count - other.count) <= limit else { continue }
            let distance = distance(letters, other)
            guard distance <= limit, distance < other.count else { continue }
            if distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.candidate
    }

    private static func folded(_ word: String) -> [UInt8] {
        word.utf8.prefix(65).compactMap { byte in
            switch byte {
            case UInt8(ascii: "_"), UInt8(ascii: "-"): nil
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
            default: byte
            }
        }
    }

    /// Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other.
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for (row, a) in left.enumerated() {
            var current = [row + 1]
            for (column, b) in right.enumerated() {
                var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (a == b ? 0 : 1))
                if row > 0, column > 0, a == right[column - 1], left[row - 1] == b {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
