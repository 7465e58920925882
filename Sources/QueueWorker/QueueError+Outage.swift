import QueueKit

extension QueueError {
    /// Whether Redis is away, or comes back just now. The heart tells of that.
    var isOutage: Bool { code == .unreachable || cause?.reply?.kind == .loading }
}
