/// Goes through a list from its end to its beginning, a window at a time, while others push and pop.
///
/// Jobs are popped at the beginning, which moves nothing that is counted from the end. What is pushed at the end moves
/// everything, so each window takes in the entry that was seen last, and goes on from where that stands now. In a long
/// list nothing goes from the middle; in a short one an entry may slip by when another that was seen is
/// taken out. What is missed has to be looked for again.
struct ListWalk {
    private let queue: JobQueue
    private let list: String
    /// How many entries lie behind, counted from the end.
    private var passed = 0
    /// The entry that was seen last.
    private var last: String?
    private var isOver = false

    /// Entries looked at in one step: about 2 ms.
    static let window = 500

    init(_ queue: JobQueue, _ list: String) {
        self.queue = queue
        self.list = list
    }

    /// The next entries towards the beginning, and those of them that do not belong here; nil at the beginning.
    mutating func next() async throws(QueueError) -> (ids: [String], strays: [StrayEntry])? {
        while !isOver {
            let overlap = last == nil ? 0 : 1
            let wanted = Self.window + overlap
            var (ids, strays) = try await queue.entries(
                of: list,
                from: -(passed + Self.window),
                to: -(passed + 1 - overlap)
            )
            isOver = ids.count < wanted
            var seen = 0
            if let last {
                // Not there: it was taken out, and what stands in its place has not been seen.
                seen = ids.lastIndex(of: last).map { ids.count - $0 } ?? 0
            }
            passed += ids.count - overlap
            if seen > 0 { ids.removeLast(seen) }
            guard let first = ids.first else { continue }
            last = first
            return (ids, strays)
        }
        return nil
    }
}
