import QueueKit
import RedisClient

/// One run of a job, by what it wrote to disk itself.
package struct RecordedRun: Sendable {
    package let attempt: Int
    /// Who ran it.
    package let worker: WorkerID
    package let began: MachineTime
    /// When it ended by itself, and its exit code. Nil if it was stopped, or is still running.
    package var end: (at: MachineTime, code: Int)?
}

/// A run that began while an earlier one of the same job was still alive.
package struct RecordedOverlap: Sendable {
    package let id: JobID
    package let at: MachineTime
    /// Who ran the one that was still alive.
    package let earlier: WorkerID
    package let later: WorkerID
}

/// All that jobs have written, in the order in which they wrote it.
package struct RecordedRuns: Sendable {
    package private(set) var runs: [JobID: [RecordedRun]] = [:]
    package private(set) var overlaps: [RecordedOverlap] = []
    /// What should not be in the file: lines torn apart, an end without a beginning.
    package private(set) var strange: [String] = []

    /// Reads lines: `begin|end <id> <attempt> <worker> <time> [<exit code>]`,
    /// `overlap <id> <attempt> <worker> <time> <earlier worker>`.
    package init(_ lines: [String]) {
        for line in lines where !take(line.split(separator: " ")) { strange.append(line) }
    }

    private mutating func take(_ words: [Substring]) -> Bool {
        guard words.count >= 5, let id = try? JobID(String(words[1])), let attempt = Int(words[2]),
            let worker = WorkerID(String(words[3])), let time = MachineTime(words[4])
        else { return false }
        switch (words[0], words.count) {
        case ("begin", 5):
            runs[id, default: []].append(RecordedRun(attempt: attempt, worker: worker, began: time))
        case ("end", 6):
            let at = runs[id]?.lastIndex { $0.attempt == attempt && $0.worker == worker && $0.end == nil }
            guard let at, let code = Int(words[5]) else { return false }
            runs[id]?[at].end = (time, code)
        case ("overlap", 6):
            guard let earlier = WorkerID(String(words[5])) else { return false }
            overlaps.append(RecordedOverlap(id: id, at: time, earlier: earlier, later: worker))
        default: return false
        }
        return true
    }
}
