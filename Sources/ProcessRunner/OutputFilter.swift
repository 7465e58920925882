/// Changes what a run writes before anybody sees it. Each stream of a run has one of its own.
///
/// Called on the runner's thread, which all runs share: it has to return soon.
public protocol OutputFilter: Sendable {
    /// Takes the next bytes, and gives what can be passed on by now.
    mutating func add(_ bytes: UnsafeRawBufferPointer) -> [UInt8]

    /// The stream is over: gives what was held back. May be called again.
    mutating func end() -> [UInt8]
}
