import QueueKit

/// How a worker that serves several queues chooses among them, when more than one has work.
public enum QueueOrder: Sendable, Hashable {
    /// In the order in which they are named: as long as the first has work that can be claimed, the others wait.
    case strict
    /// In shares: 3 and 1 give the first three slots of four. A queue that is not named here has 1. What an empty queue
    /// does not take goes to the others.
    case weighted([QueueName: Int])

    /// The weights that a queue can have.
    public static let weights = 1...1000

    /// The weights of these queues; nil when their order decides.
    func weights(of queues: [QueueName]) -> [Int]? {
        guard case .weighted(let weights) = self else { return nil }
        return queues.map { min(max(weights[$0] ?? 1, Self.weights.lowerBound), Self.weights.upperBound) }
    }
}
