/// Polls until a condition holds. Throws if it does not within `limit`; then `what` says what was waited for.
public func waitUntil(
    _ what: String,
    within limit: Duration = .seconds(10),
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now.advanced(by: limit)
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw FixtureError("waited \(limit) in vain until \(what)") }
        try await Task.sleep(for: .milliseconds(2))
    }
}
