extension QueueError {
    /// Whether Redis is away, or comes back just now: what waits can wait on.
    package var isOutage: Bool { code == .unreachable || cause?.reply?.kind == .loading }
}
