/// Finds any of several values in a stream of bytes and looks at each byte once (Aho and Corasick).
struct ValueMatcher: Sendable {
    /// How far one or several values have been read: as many of their first bytes as there are steps from the root.
    private struct Node {
        var byte: UInt8 = 0
        var depth: Int32 = 0
        var firstChild: Int32 = 0
        var nextSibling: Int32 = 0
        /// The node of the longest end of this one's bytes with which a value begins.
        var fallback: Int32 = 0
        /// The length of the longest value that ends here; 0 if none does.
        var match: Int32 = 0
        /// How many of the last bytes may be the beginning of a value that goes on.
        var open: Int32 = 0
    }

    /// Where the search stands. 0: nowhere.
    typealias State = Int32

    private var nodes = [Node()]
    /// The children of the root, by their byte.
    private var starts = [State](repeating: 0, count: 256)

    /// - Parameter values: None of them empty.
    init(_ values: some Sequence<[UInt8]>) {
        for value in values { add(value) }
        linkFallbacks()
    }

    /// The state after one more byte.
    func next(_ state: State, _ byte: UInt8) -> State {
        var state = state
        while state != 0 {
            if let child = child(of: state, byte) { return child }
            state = nodes[Int(state)].fallback
        }
        return starts[Int(byte)]
    }

    /// The length of the longest value that ends with the last byte; 0 if none does.
    func match(_ state: State) -> Int { Int(nodes[Int(state)].match) }

    /// How many of the last bytes may be the beginning of a value that goes on.
    func open(_ state: State) -> Int { Int(nodes[Int(state)].open) }

    private func child(of state: State, _ byte: UInt8) -> State? {
        if state == 0 { return starts[Int(byte)] == 0 ? nil : starts[Int(byte)] }
        var child = nodes[Int(state)].firstChild
        while child != 0, nodes[Int(child)].byte != byte { child = nodes[Int(child)].nextSibling }
        return child == 0 ? nil : child
    }

    private mutating func add(_ value: [UInt8]) {
        var state: State = 0
        for byte in value {
            if let known = child(of: state, byte) {
                state = known
                continue
            }
            let new = State(nodes.count)
            let parent = nodes[Int(state)]
            nodes.append(Node(byte: byte, depth: parent.depth + 1, nextSibling: parent.firstChild))
            nodes[Int(state)].firstChild = new
            if state == 0 { starts[Int(byte)] = new }
            state = new
        }
        nodes[Int(state)].match = nodes[Int(state)].depth
    }

    /// Those of a node follow from those of shallower ones.
    private mutating func linkFallbacks() {
        var layer = starts.filter { $0 != 0 }
        while !layer.isEmpty {
            var deeper: [State] = []
            for state in layer {
                let fallback = nodes[Int(state)].fallback
                let isEnd = nodes[Int(state)].firstChild == 0
                nodes[Int(state)].open = isEnd ? nodes[Int(fallback)].open : nodes[Int(state)].depth
                if nodes[Int(state)].match == 0 { nodes[Int(state)].match = nodes[Int(fallback)].match }
                var child = nodes[Int(state)].firstChild
                while child != 0 {
                    nodes[Int(child)].fallback = next(fallback, nodes[Int(child)].byte)
                    deeper.append(child)
                    child = nodes[Int(child)].nextSibling
                }
            }
            layer = deeper
        }
    }
}
