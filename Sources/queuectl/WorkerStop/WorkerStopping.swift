import QueueKit
import RedisClient

/// Asks workers to stop, and waits until they have.
struct WorkerStopping {
    let session: Session
    let console: Console
    /// How long to wait; nil for what the configuration makes reasonable.
    var limit: Duration?

    init(session: Session, console: Console) {
        self.session = session
        self.console = console
    }

    /// Stops these workers on these hosts; all, where neither is given.
    func run(_ wanted: [WorkerID], hosts: [String], waits: Bool) async throws {
        // Before asking, so that no answer is missed.
        let watch = waits ? try WorkerWatch(session) : nil
        defer { watch?.close() }
        await watch?.isListening()
        let workers = try await session.directory.workers()
        let chosen = workers.filter {
            (wanted.isEmpty || wanted.contains($0.id)) && (hosts.isEmpty || hosts.contains($0.id.host))
        }
        let missing = wanted.filter { id in !workers.contains { $0.id == id } }
        let asked = try await session.directory.requestStop(chosen.map(\.id))
        if asked.isEmpty, missing.isEmpty { tellNobody(hosts) }
        if let watch {
            try await wait(for: chosen.filter { asked.contains($0.id) }, watch)
        } else {
            for id in asked { print(id, "stopping") }
        }
        try report(missing)
    }

    private func wait(for workers: [WorkerRegistration], _ watch: WorkerWatch) async throws {
        guard !workers.isEmpty else { return }
        let busy = workers.reduce(0) { $0 + $1.busy }
        let jobs = busy == 0 ? "" : " and \(busy.of("running job"))"
        console.note("Waiting for \(workers.count.of("worker"))\(jobs) ...")
        let settings = try await session.directory.configuration()
        let limit = limit ?? settings.shutdownTimeout + .seconds(30)
        let left = try await watch.waitUntilGone(Set(workers.map(\.id)), within: limit) { print($0, "stopped") }
        guard !left.isEmpty else { return }
        let names = left.map(\.description).sorted().joined(separator: ", ")
        throw Failure(
            .failed,
            "Not stopped within \(DurationText.format(limit)): \(names). They go on stopping; see queuectl worker list"
        )
    }

    private func print(_ id: WorkerID, _ result: String) {
        if console.isJSON {
            console.print(.members(["id": .string(id.description), "result": .string(result)]))
        } else {
            console.print(console.isQuiet ? id.description : "\(result) \(id)")
        }
        console.flush()
    }

    private func tellNobody(_ hosts: [String]) {
        guard !console.isJSON, !console.isQuiet else { return }
        let place = hosts.isEmpty ? "" : " on \(hosts.map { TerminalText.escape($0) }.joined(separator: " or "))"
        console.print("No workers run\(place).")
    }

    private func report(_ missing: [WorkerID]) throws {
        guard !missing.isEmpty else { return }
        for id in missing {
            console.report(Failure(.notFound, "Cannot stop worker \(id): there is none. See queuectl worker list"))
        }
        throw Reported(status: .conflict)
    }
}
