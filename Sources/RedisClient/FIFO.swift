/// A queue that appends and takes from the front in constant time.
struct FIFO<Element> {
    private var storage: [Element?] = []
    private var head = 0

    var isEmpty: Bool { head == storage.count }
    var count: Int { storage.count - head }
    var first: Element? { isEmpty ? nil : storage[head] }

    mutating func append(_ element: Element) {
        storage.append(element)
    }

    mutating func append(contentsOf elements: some Sequence<Element>) {
        for element in elements { storage.append(element) }
    }

    mutating func popFirst() -> Element? {
        guard !isEmpty else { return nil }
        let element = storage[head].take()
        head += 1
        if head == storage.count {
            storage.removeAll(keepingCapacity: storage.count <= 1024)
            head = 0
        } else if head >= 1024, head * 2 >= storage.count {
            storage.removeFirst(head)
            head = 0
        }
        return element
    }

    /// Puts elements in front, in their order.
    mutating func prepend(_ elements: [Element]) {
        storage.replaceSubrange(0..<head, with: elements.map(Optional.some))
        head = 0
    }

    mutating func takeAll() -> [Element] {
        let all = storage[head...].compactMap { $0 }
        storage = []
        head = 0
        return all
    }

    /// Changes each element in place, from the front.
    mutating func updateEach(_ body: (inout Element) -> Void) {
        for index in head..<storage.count {
            guard var element = storage[index].take() else { continue }
            body(&element)
            storage[index] = element
        }
    }

    /// Changes the first element in place, if there is one.
    mutating func updateFirst<Result>(_ body: (inout Element) -> Result) -> Result? {
        guard !isEmpty, var element = storage[head].take() else { return nil }
        defer { storage[head] = element }
        return body(&element)
    }
}
