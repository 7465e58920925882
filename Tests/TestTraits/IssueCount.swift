import Synchronization

/// Whether a test has met an issue. Issues may come from any thread.
final class IssueCount: Sendable {
    private let count = Atomic(0)

    var isEmpty: Bool { count.load(ordering: .relaxed) == 0 }

    func note() { count.add(1, ordering: .relaxed) }
}
