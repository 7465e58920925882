import RedisClient

/// Runs blocking work away from the cooperative pool, whose few threads must never wait for another process.
func onOwnThread<Value: Sendable>(
    _ work: @escaping @Sendable () throws(EmbeddedServerError) -> Value
) async throws(EmbeddedServerError) -> Value {
    let result = await withCheckedContinuation { continuation in
        do throws(OwnThread.StartError) {
            try OwnThread.start(name: "embedded-redis") {
                continuation.resume(returning: Result(catching: work))
            }
        } catch {
            let failure = EmbeddedServerError(code: .startFailed, message: "\(error.reason)")
            continuation.resume(returning: .failure(failure))
        }
    }
    return try result.get()
}
