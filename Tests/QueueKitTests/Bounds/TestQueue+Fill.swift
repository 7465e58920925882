import TestSupport

extension TestQueue {
    /// Writes so many jobs each that are pending, scheduled and due, dead, and completed. A million takes half a minute.
    func fill(_ count: Int) async throws {
        let fill = QueueFill(redis, prefix: keys.prefix)
        try await fill.pending(count)
        try await fill.scheduled(count)
        try await fill.dead(count)
        try await fill.completed(count)
    }
}
