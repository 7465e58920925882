import FleetSupport
import Glibc
import QueueKit
import RedisClient
import TestSupport

/// Real workers under load, and faults that strike at random until the time is up. Then the books have to balance.
struct Soak {
    static let lease = Duration.seconds(3)

    let plan: SoakPlan
    let seed: UInt64
    let showsProgress: Bool

    func run() async throws -> SoakReport {
        let fleet = try await Fleet(
            // Every second, Redis may hold writes back that it has answered while it syncs the ones before, and what it
            // holds back goes with it when it is killed.
            .init(appendOnly: true, configuration: ["appendfsync always"]),
            settings: [.lease: DurationText.format(Self.lease), .retentionCount: "1000000", .retentionAge: "30d"]
        )
        let books = try TotalQueue(folder: fleet.folder.path)
        let crew = try (0..<SoakPlan.workers).map { try Post(fleet, host: $0 % 2 == 0 ? "left" : "right") }
        for post in crew { try await post.worker.waitForLog("ready", within: .seconds(60)) }

        let clock = SoakClock()
        let injector = Injector(fleet, books, crew, clock)
        let producers = Producers(fleet, books, clock)
        let memory = MemoryWatch()
        let watching = Task { await memory.run(fleet, crew[0]) }
        let progress = SoakProgress(plan, clock, books, injector)
        let showing = showsProgress ? Task { await progress.run() } : nil
        await withTaskGroup(of: Void.self) { group in
            let lanes = Dictionary(grouping: plan.faults) { $0.kind.lane(worker: $0.worker) }
            for faults in lanes.values { group.addTask { await injector.run(faults) } }
            for producer in SoakPlan.Producer.allCases {
                group.addTask { await producers.run(plan.jobs, as: producer) }
            }
        }
        var report = SoakReport(seed: seed, plan: plan)
        let ended = clock.now
        do {
            // A retry, a crashed worker's lease and what comes after it, and all jobs that are longer than a lease; and those that
            // have lost a worker before run one at a time on each: in the longest soak there are hundreds of them.
            try await fleet.waitUntilDrained(within: .seconds(90) + plan.length)
        } catch {
            report.problems.append("not drained: \(error)")
        }
        report.drained = clock.now - ended
        watching.cancel()
        showing?.cancel()
        progress.clear()

        report.memory = (memory.worker, memory.redis)
        report.refused = producers.refused
        report.processes = crew.map(\.processes).reduce(0, +)
        report.take(injector.result)
        report.take(try await books.check(fleet.queue), books)
        try await conclude(fleet, crew, &report)
        return report
    }

    /// All workers are asked to end, and what is left is looked at.
    private func conclude(_ fleet: Fleet, _ crew: [Post], _ report: inout SoakReport) async throws {
        let expected: Set<String> = [
            "late_heartbeat", "unknown_worker", "dead_jobs", "rejected_pushes", "slow_answers",
        ]
        report.problems += try await fleet.doctor(expecting: expected).map { "doctor: \($0)" }
        for post in crew {
            do {
                try await post.stop(within: .seconds(20))
            } catch {
                report.problems.append("\(error)")
            }
        }
        do {
            try await fleet.end()
        } catch {
            report.problems.append("\(error)")
        }
        if !report.problems.isEmpty { report.logs = fleet.logs() }
    }
}
