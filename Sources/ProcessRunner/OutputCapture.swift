/// Keeps the first and the last bytes of two streams within one limit, and counts the rest.
///
/// Half of the limit is for beginnings, first come, first served; the other half for endings, where the longer one gives way. So
/// whatever fits the limit is kept whole, and neither stream can push the other one out.
struct OutputCapture: Sendable {
    enum Stream: Int { case standardOutput, standardError }

    private var headBudget: Int
    private let tailBudget: Int
    private var heads: [[UInt8]] = [[], []]
    private var tails = [ByteRing(), ByteRing()]
    private var dropped = [0, 0]

    init(limit: Int) {
        let limit = max(0, limit)
        tailBudget = limit / 2
        headBudget = limit - limit / 2
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer, to stream: Stream) {
        let mine = stream.rawValue
        let other = 1 - mine
        var rest = bytes
        // Once something of a stream is in its tail (or gone), its head is over, even if there were room.
        if headBudget > 0 && tails[mine].isEmpty && dropped[mine] == 0 {
            let part = min(headBudget, rest.count)
            heads[mine].append(contentsOf: rest.prefix(part))
            headBudget -= part
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(part))
        }
        guard !rest.isEmpty else { return }

        let fair = max(tailBudget / 2, tailBudget - tails[other].count)
        let excess = max(0, tails[mine].count + rest.count - fair)
        let fromTail = min(excess, tails[mine].count)
        tails[mine].removeFirst(fromTail)
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(excess - fromTail))
        dropped[mine] += excess
        let overflow = max(0, tails[mine].count + rest.count + tails[other].count - tailBudget)
        tails[other].removeFirst(overflow)
        dropped[other] += overflow
        tails[mine].append(rest, capacityLimit: tailBudget)
    }

    func captured() -> CapturedOutput {
        CapturedOutput(standardOutput: captured(0), standardError: captured(1))
    }

    private func captured(_ index: Int) -> CapturedOutput.Stream {
        CapturedOutput.Stream(head: heads[index], tail: tails[index].bytes(), droppedBytes: dropped[index])
    }
}

/// A queue of bytes in a circle of memory that grows as it fills.
struct ByteRing: Sendable {
    private var storage: [UInt8] = []
    private var start = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    mutating func removeFirst(_ number: Int) {
        guard number > 0 else { return }
        count -= number
        start = count == 0 ? 0 : (start + number) % storage.count
    }

    /// Appends bytes; grows, but not beyond the limit, which must hold them.
    mutating func append(_ bytes: UnsafeRawBufferPointer, capacityLimit: Int) {
        guard !bytes.isEmpty else { return }
        if count + bytes.count > storage.count {
            grow(to: min(capacityLimit, max(512, storage.count * 2, count + bytes.count)))
        }
        let end = (start + count) % storage.count
        let first = min(bytes.count, storage.count - end)
        storage.withUnsafeMutableBytes { memory in
            UnsafeMutableRawBufferPointer(rebasing: memory[end...]).copyMemory(
                from: .init(rebasing: bytes.prefix(first))
            )
            memory.copyMemory(from: .init(rebasing: bytes.dropFirst(first)))
        }
        count += bytes.count
    }

    func bytes() -> [UInt8] {
        let first = min(count, storage.count - start)
        return [UInt8](storage[start..<start + first]) + storage[0..<count - first]
    }

    private mutating func grow(to capacity: Int) {
        var larger = bytes()
        larger.reserveCapacity(capacity)
        larger.append(contentsOf: repeatElement(0, count: capacity - larger.count))
        storage = larger
        start = 0
    }
}
