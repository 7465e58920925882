import Glibc

/// Ctrl-C and TERM, as they come.
struct Interrupts: Sendable {
    /// Their numbers. For one consumer.
    let numbers: AsyncStream<Int32>

    /// From now on they no longer end the process.
    init() throws(Failure) {
        let (numbers, continuation) = AsyncStream.makeStream(of: Int32.self)
        try SignalWatch.start([SIGINT, SIGTERM]) { continuation.yield($0) }
        self.numbers = numbers
    }
}
