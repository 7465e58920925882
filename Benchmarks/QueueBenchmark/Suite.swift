/// A group of measurements that belong together and share a server.
protocol Suite {
    /// What it is called on the command line.
    static var name: String { get }
    /// What it measures, in a line.
    static var summary: String { get }

    init(plan: Plan, report: Report)

    func run() async throws
}

/// How much to measure.
struct Plan {
    /// How often each thing is measured.
    let runs: Int
    let isQuick: Bool
    /// The path of the command line program.
    let queuectl: String

    /// A number of jobs, a twentieth of it when things are only tried out.
    func count(_ full: Int) -> Int {
        isQuick ? max(full / 20, 1) : full
    }
}
