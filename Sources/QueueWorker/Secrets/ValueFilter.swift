import ProcessRunner
import QueueKit

/// Puts a mark in the place of secret values in a stream, also where a value comes in several pieces.
///
/// It holds back no more than the bytes that may be the beginning of a value: fewer than the longest one has.
struct ValueFilter: OutputFilter {
    private let matcher: ValueMatcher
    private var state: ValueMatcher.State = 0
    private var held: [UInt8] = []
    /// What of the held bytes is to be hidden, in order; none touches another.
    private var found: [Range<Int>] = []
    /// How many of the held bytes belong to something for which the mark has been given already.
    private var hidden = 0

    init(_ matcher: ValueMatcher) {
        self.matcher = matcher
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        held += bytes
        for at in (held.count - bytes.count)..<held.count {
            state = matcher.next(state, held[at])
            let length = matcher.match(state)
            if length > 0 { hide(at + 1 - length..<at + 1) }
        }
        return release(held.count - matcher.open(state))
    }

    mutating func end() -> [UInt8] {
        // Most of a value is as good as all of it, for who wants to guess the rest.
        let open = matcher.open(state)
        if open >= SecretValues.leastBytes { hide(held.count - open..<held.count) }
        state = 0
        return release(held.count)
    }

    private mutating func hide(_ range: Range<Int>) {
        var start = range.lowerBound
        while let last = found.last, last.upperBound > start {
            start = min(start, last.lowerBound)
            found.removeLast()
        }
        found.append(start..<range.upperBound)
    }

    /// Gives the first of the held bytes.
    private mutating func release(_ count: Int) -> [UInt8] {
        guard count > 0 else { return [] }
        var given: [UInt8] = []
        var at = min(hidden, count)
        for range in found where range.lowerBound < count {
            // Values that overlap are one thing to hide.
            if range.lowerBound >= hidden {
                given += held[at..<range.lowerBound]
                given += Redaction.mark.utf8
            }
            hidden = max(hidden, range.upperBound)
            at = min(hidden, count)
        }
        given += held[at..<count]
        held.removeFirst(count)
        hidden = max(0, hidden - count)
        found = found.filter { $0.lowerBound >= count }.map { $0.lowerBound - count..<$0.upperBound - count }
        return given
    }
}
