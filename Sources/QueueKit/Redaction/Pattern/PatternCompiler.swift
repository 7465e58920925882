/// What a pattern says.
indirect enum PatternNode {
    case empty
    case bytes(ByteSet)
    case assertion(PatternAssertion)
    case sequence([PatternNode])
    case either([PatternNode])
    /// So often; without a most, as often as it can be.
    case repeated(PatternNode, least: Int, most: Int?)
}

/// Writes a pattern out as steps, each repetition as often as it may be.
struct PatternCompiler {
    private(set) var program: [PatternStep] = []
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// Whether it fits.
    mutating func compile(_ node: PatternNode) -> Bool {
        write(node)
        program.append(.end)
        return program.count <= limit
    }

    private var isFull: Bool { program.count > limit }

    private mutating func write(_ node: PatternNode) {
        if isFull { return }
        switch node {
        case .empty: break
        case .bytes(let set): program.append(.bytes(set))
        case .assertion(let assertion): program.append(.assertion(assertion))
        case .sequence(let nodes): for node in nodes { write(node) }
        case .either(let nodes): write(either: nodes[...])
        case .repeated(let node, let least, let most):
            for _ in 0..<least {
                let before = program.count
                write(node)
                // Nothing, however often, is nothing.
                if program.count == before || isFull { return }
            }
            if let most { write(node, optionally: most - least) } else { write(endlessly: node) }
        }
    }

    private mutating func write(either nodes: ArraySlice<PatternNode>) {
        guard let first = nodes.first, nodes.count > 1 else { return nodes.first.map { write($0) } ?? () }
        let split = place()
        write(first)
        let jump = place()
        program[split] = .split(split + 1, program.count)
        write(either: nodes.dropFirst())
        program[jump] = .split(program.count, program.count)
    }

    private mutating func write(_ node: PatternNode, optionally count: Int) {
        var splits: [Int] = []
        for _ in 0..<max(0, count) where !isFull {
            splits.append(place())
            write(node)
        }
        for split in splits { program[split] = .split(split + 1, program.count) }
    }

    private mutating func write(endlessly node: PatternNode) {
        let split = place()
        write(node)
        program.append(.split(split, split))
        program[split] = .split(split + 1, program.count)
    }

    /// A step that is filled in once it is known where it leads.
    private mutating func place() -> Int {
        program.append(.end)
        return program.count - 1
    }
}
