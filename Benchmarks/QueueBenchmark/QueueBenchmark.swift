import ArgumentParser

/// Measures the queue against what the machine can do at all. Run it by `make bench`; docs/benchmarks.md explains the figures.
@main
struct QueueBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue-benchmark",
        abstract: "Measures queues and workers, on a redis-server of its own for each benchmark.",
        subcommands: [Measure.self, IdleWorker.self],
        defaultSubcommand: Measure.self
    )
}

struct Measure: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Runs benchmarks and prints their figures.")

    @Argument(
        help:
            "Which ones: cost, backlog, enqueue, intake, latency, throughput, shell, idle, memory, command. All unless given."
    )
    var names: [String] = []

    @Option(help: "How often to measure each thing.")
    var runs = 5

    @Flag(help: "Much smaller numbers of jobs, to see that everything works.")
    var quick = false

    @Flag(help: "Print JSON, one figure a line.")
    var json = false

    @Option(help: "The program to measure as a command line.")
    var queuectl = ".build/release/queuectl"

    func validate() throws {
        for name in names where !suites.contains(where: { $0.name == name }) {
            throw ValidationError("There is no benchmark \"\(name)\".")
        }
        guard runs > 0 else { throw ValidationError("--runs must be at least 1.") }
    }

    func run() async throws {
        let report = Report(isJSON: json)
        let plan = Plan(runs: runs, isQuick: quick, queuectl: queuectl)
        for suite in suites where names.isEmpty || names.contains(suite.name) {
            report.begin(suite.name, suite.summary)
            try await suite.init(plan: plan, report: report).run()
        }
    }
}

private var suites: [any Suite.Type] {
    [
        CostSuite.self, BacklogSuite.self, EnqueueSuite.self, IntakeSuite.self, LatencySuite.self, ThroughputSuite.self,
        ShellSuite.self,
        IdleSuite.self,
        MemorySuite.self, CommandSuite.self,
    ]
}
