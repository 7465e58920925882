import Glibc

/// What many jobs at once take.
struct MemorySuite: Suite {
    static let name = "memory"
    static let summary = "a worker in a process of its own that runs 200 jobs at once, `sleep 60` each"

    let plan: Plan
    let report: Report

    private static let jobs = 200

    func run() async throws {
        try await BenchmarkServer.with { server in
            try await server.queue.seed(Self.jobs, command: "exec sleep 60")
            let child = try Child([Child.ownPath, "idle-worker", server.socket, "\(Self.jobs)"])
            defer { child.end() }
            var guardian: pid_t?
            var minders = 0
            while minders < Self.jobs || guardian == nil {
                try await Task.sleep(for: .milliseconds(100))
                guardian = try ProcessStatus.children(of: child.pid).first
                minders = try guardian.map { try ProcessStatus.children(of: $0).count } ?? 0
            }
            // Until each has told that its process lasts.
            try await Task.sleep(for: .seconds(2))
            let worker = try ProcessStatus(child.pid)
            report.add("worker, resident memory", "MB", [worker.residentBytes / 1e6], goal: "< 60")
            report.add("of that, not shared with others", "MB", [worker.ownBytes / 1e6])
            guard let guardian else { return }
            let shared = try ProcessStatus(guardian)
            report.add(
                "guardian and its \(minders) minders, which share their memory",
                "MB",
                [shared.residentBytes / 1e6]
            )
            report.add("of that, not shared with others", "MB", [shared.ownBytes / 1e6])
        }
    }
}
