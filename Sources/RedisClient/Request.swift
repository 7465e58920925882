import Synchronization

/// Commands that one caller sends together, and the way back to that caller.
///
/// The caller, a canceller and the connection's thread race for the end of a request; whoever comes first gives the
/// answer, and the others find that there is nothing left to do.
final class Request: Sendable {
    typealias Outcome = Result<[RESPValue], RedisError>
    typealias Completion = @Sendable (Outcome) -> Void

    private enum State {
        case new
        case waiting(Completion)
        case sent(Completion)
        case finished
    }

    let commands: [RedisCommand]
    /// What errors call it.
    let name: String
    let address: RedisAddress
    /// When the caller stops waiting. A blocking command's time starts only when it is sent.
    let deadline: ContinuousClock.Instant
    /// For a blocking command: how long after being sent its answer counts as overdue.
    let overdueAfter: Duration?

    private let state = Mutex<State>(.new)

    init(
        _ commands: [RedisCommand],
        name: String,
        address: RedisAddress,
        deadline: ContinuousClock.Instant,
        overdueAfter: Duration? = nil
    ) {
        self.commands = commands
        self.name = name
        self.address = address
        self.deadline = deadline
        self.overdueAfter = overdueAfter
    }

    /// Says who gets the answer. Returns false, having answered, if the request was cancelled before.
    func begin(_ completion: @escaping Completion) -> Bool {
        let isNew = state.withLock { state in
            guard case .new = state else { return false }
            state = .waiting(completion)
            return true
        }
        if !isNew { completion(.failure(error(.cancelled, mayHaveRun: false))) }
        return isNew
    }

    /// Marks the request as sent. Returns false if nobody waits for it any more.
    func markSent() -> Bool {
        state.withLock { state in
            guard case .waiting(let completion) = state else { return false }
            state = .sent(completion)
            return true
        }
    }

    /// Takes the mark back, when no byte of it was written. Returns false if nobody waits for it any more.
    func markUnsent() -> Bool {
        state.withLock { state in
            guard case .sent(let completion) = state else { return false }
            state = .waiting(completion)
            return true
        }
    }

    var isFinished: Bool {
        state.withLock { if case .finished = $0 { true } else { false } }
    }

    /// Gives the answer, unless one was given.
    func finish(_ outcome: Outcome) {
        take()?.completion(outcome)
    }

    /// Fails the request, unless it was answered.
    func fail(_ code: RedisError.Code, mayHaveRun: Bool, reply: RedisReplyError? = nil, cause: String = "") {
        finish(.failure(error(code, mayHaveRun: mayHaveRun, reply: reply, cause: cause)))
    }

    /// Fails the request as cancelled. Returns true if it was already on its way to the server.
    func cancel() -> Bool {
        guard let (completion, wasSent) = take() else { return false }
        completion(.failure(error(.cancelled, mayHaveRun: wasSent)))
        return wasSent
    }

    private func take() -> (completion: Completion, wasSent: Bool)? {
        state.withLock { state in
            defer { state = .finished }
            switch state {
            case .waiting(let completion): return (completion, false)
            case .sent(let completion): return (completion, true)
            case .new, .finished: return nil
            }
        }
    }

    /// An error of this request.
    func error(
        _ code: RedisError.Code,
        mayHaveRun: Bool,
        reply: RedisReplyError? = nil,
        cause: String = ""
    ) -> RedisError {
        RedisError(code, address: address, command: name, mayHaveRun: mayHaveRun, reply: reply, cause: cause)
    }
}
