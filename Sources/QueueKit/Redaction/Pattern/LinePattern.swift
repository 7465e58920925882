/// A POSIX extended regular expression that is looked for in lines, on bytes in the C locale.
///
/// Not by the C library: patterns come from Redis, and some of a few characters take that seconds for a line, and gigabytes. Here a byte
/// of a line takes no more steps than the pattern has, and nothing is allocated but for these.
package struct LinePattern: Sendable {
    /// As it was written.
    package let text: String
    private let program: [PatternStep]
    /// The bytes with which a match can begin, where it does not matter what stands before.
    private let starts: ByteSet

    /// How many steps it has: one for each byte or set, one or two for each repetition, and these as often as they are repeated.
    package var size: Int { program.count }

    /// - Parameter limit: How many steps it may have.
    /// - Throws: What is wrong with it.
    package init(_ text: String, limit: Int) throws(RegularExpression.Malformed) {
        self.text = text
        var parser = PatternParser(text)
        let node = try parser.parse()
        var compiler = PatternCompiler(limit: limit)
        guard compiler.compile(node) else {
            throw RegularExpression.Malformed(reason: "it is too long, with its repetitions written out")
        }
        program = compiler.program
        starts = Self.starts(of: program)
        // It knows all mistakes, and has names for them. By now it is known to be small.
        try RegularExpression.check(text)
    }

    /// Whether it matches where nothing is.
    package var matchesNothing: Bool {
        var isMatched = false
        [UInt8]().withUnsafeBytes { search($0) { _ in isMatched = true } }
        return isMatched
    }

    /// Finds, in one pass, all parts of a line of which each byte belongs to a match. They come by their ends, and may overlap.
    package func search(_ line: UnsafeRawBufferPointer, _ found: (Range<Int>) -> Void) {
        var threads = PatternThreads(program, line)
        var at = 0
        while at < line.count {
            if threads.isEmpty {
                while at < line.count, !starts.contains(line[at]) { at += 1 }
                if at == line.count { break }
            }
            threads.begin(at)
            if let start = threads.matched { found(start..<at) }
            threads.step(line[at], at)
            at += 1
        }
        threads.begin(line.count)
        if let start = threads.matched { found(start..<line.count) }
    }

    private static func starts(of program: [PatternStep]) -> ByteSet {
        var starts = ByteSet()
        var seen: Set<Int> = []
        var open = [0]
        while let step = open.popLast() {
            guard seen.insert(step).inserted else { continue }
            switch program[step] {
            case .bytes(let set): starts.formUnion(set)
            case .split(let one, let other): open += [one, other]
            case .assertion: open.append(step + 1)
            case .end: starts = .all
            }
        }
        return starts
    }
}

/// Where in a pattern one may be, with what has been read of a line, and where each of these ways began.
private struct PatternThreads {
    private let program: [PatternStep]
    private let line: UnsafeRawBufferPointer
    /// Steps that wait for a byte, those that began earlier first.
    private var waiting: [(step: Int, start: Int)] = []
    private var before: [(step: Int, start: Int)] = []
    /// The position at which each step was reached last: what comes to it later began later, and finds nothing else.
    private var reached: [Int] = []
    private var open: [Int] = []
    /// Where the match began that ends here, if one does: the earliest.
    private(set) var matched: Int?

    init(_ program: [PatternStep], _ line: UnsafeRawBufferPointer) {
        self.program = program
        self.line = line
    }

    var isEmpty: Bool { waiting.isEmpty && matched == nil }

    /// Begins another way here.
    mutating func begin(_ at: Int) {
        if reached.isEmpty { reached = Array(repeating: -1, count: program.count) }
        reach(0, from: at, at)
    }

    /// Takes a byte. What follows is complete once another way has begun there.
    mutating func step(_ byte: UInt8, _ at: Int) {
        matched = nil
        swap(&waiting, &before)
        waiting.removeAll(keepingCapacity: true)
        for (step, start) in before {
            if case .bytes(let set) = program[step], set.contains(byte) { reach(step + 1, from: start, at + 1) }
        }
    }

    private mutating func reach(_ step: Int, from start: Int, _ at: Int) {
        var step = step
        while true {
            var next: Int?
            if reached[step] != at {
                reached[step] = at
                switch program[step] {
                case .bytes: waiting.append((step, start))
                case .split(let one, let other):
                    next = one
                    if other != one { open.append(other) }
                case .assertion(let assertion): if assertion.holds(in: line, at) { next = step + 1 }
                case .end: matched = min(matched ?? start, start)
                }
            }
            guard let following = next ?? open.popLast() else { return }
            step = following
        }
    }
}
