import QueueKit
import QueueWorker

/// The queues that a worker is to serve, as `--queue` names them.
///
/// `a b` is an order; one weight makes all of them shares (`a:3 b` is 3 to 1), and so does `*`, which stands for every
/// queue that is registered and not named otherwise.
struct QueueSelection: Sendable {
    let queues: [QueueName]
    let order: QueueOrder

    /// Reads what stood on the command line; nothing means the default queue.
    ///
    /// - Parameter registered: finds the queues that `*` stands for.
    init(_ texts: [String], registered: () async throws -> [QueueName]) async throws {
        var named: [QueueName] = []
        var weights: [QueueName: Int] = [:]
        var others: (place: Int, weight: Int)?
        var isWeighted = false
        for text in texts {
            let (name, weight) = try Self.parse(text)
            isWeighted = isWeighted || weight != nil || name == nil
            guard let name else {
                others = others ?? (named.count, weight ?? 1)
                continue
            }
            guard named.contains(name) else {
                named.append(name)
                weights[name] = weight
                continue
            }
            guard weights[name] == weight else {
                throw Failure(.usage, "--queue: \"\(name)\" is named twice, with different weights; name it once")
            }
        }
        if let others {
            let found = try await registered().filter { !named.contains($0) }
            named.insert(contentsOf: found, at: others.place)
            for name in found { weights[name] = others.weight }
        }
        // None was given, or '*' with nothing registered yet.
        queues = named.isEmpty ? [.default] : named
        order = isWeighted ? .weighted(weights) : .strict
    }

    /// Each queue as `--queue` would name it.
    var words: [String] {
        guard case .weighted(let weights) = order else { return queues.map(\.text) }
        return Self.words(queues, queues.map { weights[$0] ?? 1 })
    }

    /// The same for a worker of which the weights are known, if it has any.
    static func words(_ queues: [QueueName], _ weights: [Int]?) -> [String] {
        guard let weights, queues.count > 1 else { return queues.map(\.text) }
        return zip(queues, weights).map { "\($0):\($1)" }
    }

    /// For people: the queues, and what their order means.
    var description: String {
        guard queues.count > 1 else { return queues[0].text }
        return words.joined(separator: ", ") + (order == .strict ? " (in this order)" : " (in these shares)")
    }

    /// A name, or nil for `*`, and its weight.
    private static func parse(_ text: String) throws -> (QueueName?, Int?) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let name = parts[0] == "*" ? nil : try QueueOption.name(parts[0])
        guard parts.count == 2 else { return (name, nil) }
        return (name, try NumberOption.parse(parts[1], "--queue \(parts[0])", QueueOrder.weights))
    }
}
