/// Remembers which ids were seen, in eight bytes each: a million take 8 MB.
///
/// Two of a million ids look the same once in thirty million times; then a fault may go unseen, and none is invented,
/// since whatever is suspicious is looked at by its name.
struct EntryFingerprints {
    private var prints: [Int] = []

    mutating func insert(_ id: String) { prints.append(id.hashValue) }

    /// Ends the taking in, and makes them fit for `contains`. Returns the prints of what was seen more than once.
    mutating func seal() -> Set<Int> {
        prints.sort()
        var repeated: Set<Int> = []
        for (one, next) in zip(prints, prints.dropFirst()) where one == next { repeated.insert(one) }
        return repeated
    }

    /// Whether the id was seen, by all appearances.
    func contains(_ id: String) -> Bool {
        let print = id.hashValue
        var range = prints.startIndex..<prints.endIndex
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if prints[middle] == print { return true }
            range = prints[middle] < print ? (middle + 1)..<range.upperBound : range.lowerBound..<middle
        }
        return false
    }
}
