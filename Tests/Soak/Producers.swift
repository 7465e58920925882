import FleetSupport
import Foundation
import QueueKit
import RedisClient
import Synchronization
import TestSupport

/// Bring the planned jobs into the queue, each producer in its way, and note what they were told is in.
final class Producers: Sendable {
    private let fleet: Fleet
    private let books: TotalQueue
    private let clock: SoakClock
    private let refusals = Atomic(0)

    init(_ fleet: Fleet, _ books: TotalQueue, _ clock: SoakClock) {
        self.fleet = fleet
        self.books = books
        self.clock = clock
    }

    /// Jobs that were not taken, or of which nobody knows: Redis was away or full. They are not asked after.
    var refused: Int { refusals.load(ordering: .relaxed) }

    /// Brings the jobs of one producer, in order. When it is late, as many at once as are due.
    func run(_ jobs: [SoakPlan.PlannedJob], as producer: SoakPlan.Producer) async {
        let jobs = jobs.filter { $0.producer == producer }
        let most = producer == .push ? 1 : 50
        var next = 0
        while next < jobs.count {
            // The command line takes a file at a time.
            await clock.reach(jobs[next].at + (producer == .commandLine ? .seconds(1) : .zero))
            let now = clock.now
            let due = jobs[next..<min(next + most, jobs.count)].prefix { $0.at <= now }
            next += max(1, due.count)
            do {
                let taken = try await bring(Array(due), as: producer)
                books.acknowledge(taken)
                refusals.add(due.count - taken.count, ordering: .relaxed)
            } catch {
                refusals.add(due.count, ordering: .relaxed)
            }
        }
    }

    private func bring(_ jobs: [SoakPlan.PlannedJob], as producer: SoakPlan.Producer) async throws -> [JobID] {
        guard !jobs.isEmpty else { return [] }
        let documents = try jobs.map { job in
            try job.work.json(id: job.id, command: books.recorded(job.work.body), priority: job.priority)
        }
        switch producer {
        case .library:
            let new = try documents.map { NewJob(try JobDocument(json: $0)) }
            let results = try await fleet.queue.enqueue(new, configuration: fleet.configuration)
            return zip(new, results).compactMap { job, result in if case .added = result { job.id } else { nil } }
        case .push:
            for document in documents { try await fleet.push(document) }
            return jobs.map(\.id)
        case .commandLine: return try await enqueueFile(documents, jobs)
        }
    }

    private func enqueueFile(_ documents: [String], _ jobs: [SoakPlan.PlannedJob]) async throws -> [JobID] {
        let file = "\(fleet.folder.path)/jobs.ndjson"
        let output = "\(fleet.folder.path)/enqueued"
        try Data((documents.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: file))
        try? FileManager.default.removeItem(atPath: output)
        let command = try fleet.command(["enqueue", "--file", file], output: output)
        try await waitUntil("the command line is done", within: .seconds(60)) { command.exitCode != nil }
        // It prints the ids of those that are in, whatever came after them.
        let told = Set(readLines(output))
        return jobs.map(\.id).filter { told.contains($0.text) }
    }
}
