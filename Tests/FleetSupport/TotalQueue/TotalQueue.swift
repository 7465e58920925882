import Foundation
import QueueKit
import Synchronization

/// The books of a test: what producers were told is enqueued, what jobs wrote to disk when they ran, and what was done to
/// workers and Redis meanwhile. In the end they have to balance, whatever Redis says.
package final class TotalQueue: Sendable {
    private struct State {
        var acknowledged: Set<JobID> = []
        var disturbances: [Disturbance] = []
    }

    private let folder: String
    private let state = Mutex(State())

    /// - Parameter folder: for what jobs write.
    package init(folder: String) throws {
        self.folder = folder
        try FileManager.default.createDirectory(atPath: "\(folder)/running", withIntermediateDirectories: true)
    }

    private var file: String { "\(folder)/runs" }

    /// The command of a job that keeps the books: it notes by itself that it begins, whether an earlier run of it is
    /// still alive, and that it ends, each in one write. A run that is killed leaves no end.
    package func recorded(_ body: String = "") -> String {
        let me = "$QUEUECTL_JOB_ID $QUEUECTL_ATTEMPT $QUEUECTL_WORKER_ID $t"
        // A pid may be somebody else's by now: its environment tells.
        return """
            r=\(folder)/running/$QUEUECTL_JOB_ID; read t x </proc/uptime
            if [ -e $r ]; then read p w <$r; grep -qzx QUEUECTL_JOB_ID=$QUEUECTL_JOB_ID /proc/$p/environ 2>/dev/null \
            && echo "overlap \(me) $w" >>\(file); fi
            echo $$ $QUEUECTL_WORKER_ID >$r; echo "begin \(me)" >>\(file)
            \(body.isEmpty ? "c=0" : "(\(body)); c=$?")
            read t x </proc/uptime; echo "end \(me) $c" >>\(file); exit $c
            """
    }

    /// A producer was told that these are enqueued.
    package func acknowledge(_ ids: some Sequence<JobID>) {
        state.withLock { $0.acknowledged.formUnion(ids) }
    }

    /// What producers were told so far.
    package var acknowledged: Set<JobID> { state.withLock { $0.acknowledged } }

    /// Something was done to workers, or to all of them.
    package func note(_ disturbance: Disturbance) {
        state.withLock { $0.disturbances.append(disturbance) }
    }

    /// All that was done, in the order in which it was noted.
    package var disturbances: [Disturbance] { state.withLock { $0.disturbances } }

    /// What jobs have written so far.
    package func runs() -> RecordedRuns { RecordedRuns(readLines(file)) }
}
