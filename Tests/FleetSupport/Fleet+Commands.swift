import Foundation
import QueueKit

// Shell commands of jobs. What they write is in the fleet's folder.
extension Fleet {
    /// Notes that it ran, in `ran`.
    package var note: String { "echo $QUEUECTL_JOB_ID >>\(folder.path)/ran" }

    /// Sleeps for ever in its first run, and in a later one ends at once and notes that in `again`.
    ///
    /// The first run leaves its process id in `<job id>`. A later one that finds it alive notes that in `overlaps`.
    package var sleepInFirstRun: String {
        let f = folder.path
        return """
            first=\(f)/$QUEUECTL_JOB_ID
            if [ -e $first ]; then
              kill -0 $(cat $first) 2>/dev/null && echo $QUEUECTL_JOB_ID >>\(f)/overlaps
              echo $QUEUECTL_JOB_ID >>\(f)/again
            else
              echo $$ >$first.new && mv $first.new $first
              exec sleep 3600
            fi
            """
    }

    /// The process of a job's first run, once it has begun.
    package func firstProcess(of id: JobID) -> pid_t? {
        readLines("\(folder.path)/\(id)").first.flatMap { pid_t($0) }
    }
}
