/// The findings of a check, each once, and of each kind no more than a person or a repair can use at a time.
struct FindingLog: Sendable {
    private(set) var findings: [Finding] = []
    /// Findings of kinds that had reached the limit.
    private(set) var omitted = 0
    private var known: Set<Finding> = []
    private var counts: [FindingKind: Int] = [:]

    /// How many are kept of one kind.
    static let limit = 1000

    /// How many there are of one kind.
    func count(of kind: FindingKind) -> Int { counts[kind, default: 0] }

    /// Takes out those of one kind. They may come again.
    mutating func take(_ kind: FindingKind) -> [Finding] {
        let taken = findings.filter { $0.kind == kind }
        findings.removeAll { $0.kind == kind }
        known.subtract(taken)
        counts[kind] = nil
        return taken
    }

    mutating func add(_ finding: Finding) {
        guard counts[finding.kind, default: 0] < Self.limit else {
            omitted += 1
            return
        }
        // A scan may come upon a thing more than once.
        guard known.insert(finding).inserted else { return }
        counts[finding.kind, default: 0] += 1
        findings.append(finding)
    }
}
