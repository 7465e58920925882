import Dispatch
import Synchronization

extension ConnectionCore {
    /// Sends a request and waits for its answer, without a thread.
    func exchange(_ request: Request) async throws(RedisError) -> [RESPValue] {
        let outcome: Request.Outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if request.begin({ continuation.resume(returning: $0) }) { submit(request) }
            }
        } onCancel: {
            if request.cancel(), request.overdueAfter != nil { blockingWasCancelled() }
        }
        return try outcome.get()
    }

    /// Sends a request and blocks the calling thread until the answer is there.
    func exchangeAndWait(_ request: Request) throws(RedisError) -> [RESPValue] {
        let done = DispatchSemaphore(value: 0)
        let answer = Mutex<Request.Outcome?>(nil)
        let isNew = request.begin { outcome in
            answer.withLock { $0 = outcome }
            done.signal()
        }
        if isNew { submit(request) }
        done.wait()
        return try answer.withLock { $0 }?.get() ?? []
    }
}
