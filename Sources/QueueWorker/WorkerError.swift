/// Why a worker cannot run at all. What befalls it while it runs is told by its events.
public struct WorkerError: Error, Sendable, CustomStringConvertible {
    /// What failed and what to do, one line.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
