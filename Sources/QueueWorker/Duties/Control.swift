import QueueKit
import RedisClient

/// Hears what this worker is told on its control channel.
///
/// A signal for a job is passed on as it comes. Everything else only says that something was stored for this worker, or for
/// a job that it runs: its heart beats, and reads that.
struct Control: Sendable {
    let shared: SharedState
    let heart: Heart

    /// Listens until the subscription is closed.
    func run(_ subscription: RedisSubscription) async {
        for await event in subscription.messages {
            switch event {
            case .subscribed: heart.beatNow()
            case .message(_, let payload): act(on: ControlMessage(payload))
            }
        }
    }

    private func act(on message: ControlMessage) {
        switch message {
        case .signal(let number, let queue, let id, let token):
            guard token.worker == shared.id else { return }
            shared.held.signal(number, to: HeldJobs.Key(queue: queue, id: id), token: token)
            shared.report(.signalled(queue, id, number))
        case .wish(let queue, let id):
            shared.held.expect(HeldJobs.Key(queue: queue, id: id))
            heart.beatNow()
        case .other:
            heart.beatNow()
        }
    }
}

/// What was said on a worker's control channel.
enum ControlMessage: Hashable {
    /// `signal <queue> <id> <token> <number>`: send this to the job, if it is still held under the token.
    case signal(Int32, QueueName, JobID, JobToken)
    /// `cancel <queue> <id>`, `pause <queue> <id>`, `resume <queue> <id>`: something was stored for the job.
    case wish(QueueName, JobID)
    /// Anything else: something may have been stored for the worker.
    case other

    init(_ payload: [UInt8]) {
        let words = String(decoding: payload, as: UTF8.self).split(separator: " ").map(String.init)
        self = Self.wellFormed(words) ?? .other
    }

    private static func wellFormed(_ words: [String]) -> ControlMessage? {
        guard words.count >= 3, let queue = try? QueueName(words[1]), let id = try? JobID(words[2]) else { return nil }
        switch (words[0], words.count) {
        case ("signal", 5):
            guard let token = JobToken(words[3]), let number = Int32(words[4]), (1...64).contains(number) else {
                return nil
            }
            return .signal(number, queue, id, token)
        case ("cancel", 3), ("pause", 3), ("resume", 3):
            return .wish(queue, id)
        default:
            return nil
        }
    }
}
