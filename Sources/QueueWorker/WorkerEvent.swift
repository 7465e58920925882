import QueueKit

/// What a worker has to tell, as it happens. Log lines are made of these.
public enum WorkerEvent: Sendable {
    /// It is registered and takes jobs.
    case ready(QueueConfiguration)
    /// It has begun to run a job. Not told of one that it refuses, or cannot begin: of that its end alone is.
    case started(Job)
    /// A run is over and settled.
    case finished(Job, Settlement, JobState, Duration)
    /// A run is over, but the job had been given to another worker: what this run did does not count.
    case stale(Job)
    /// A run is over and could not be settled before the worker had to end: the job will run again.
    case unsettled(Job)
    /// A run told something of itself that makes no sense, for this reason; told once for each run.
    case noteRefused(Job, String)
    /// The value of a variable that a run was given by `env_from` is too short to be hidden in what the run prints.
    case secretTooShort(Job, variable: String)
    /// A job's processes stand still from now on, by request.
    case paused(QueueName, JobID)
    /// They go on.
    case unpaused(QueueName, JobID)
    /// Somebody has a signal sent to a job.
    case signalled(QueueName, JobID, Int32)
    /// Pushes were taken in.
    case ingested(QueueName, accepted: Int, rejected: Int)
    /// Jobs were read that other services had added; those that are malformed are dead.
    case admitted(QueueName, accepted: Int, malformed: Int)
    /// Jobs were taken back from workers that are gone.
    case recovered(QueueName, [JobID])
    /// Damage was found in a queue and repaired.
    case repaired(QueueName, Finding)
    /// Jobs are stopped because their leases could not be renewed in time.
    case fenced([JobID])
    /// Redis went out of reach.
    case outage(String)
    /// Redis is back after so long.
    case restored(Duration)
    /// Something is wrong with a queue; the others go on.
    case trouble(QueueName, String)
    /// Something is wrong with a setting that is stored in Redis; told once.
    case misconfigured(String)
    /// It takes no new jobs for now; what runs goes on.
    case quiet
    /// It takes jobs again.
    case resumed
    /// Nothing new is taken any more, for this reason; so many jobs still run.
    case stopping(EndReason, running: Int)
    /// The jobs that still run are stopped now.
    case stoppingJobs(running: Int)
    /// It has ended, for this reason. After a drain with what is left in its queues, if Redis could tell.
    case stopped(EndReason, left: LeftJobs?)
}
