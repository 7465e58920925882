import QueueKit

/// The environment of a job's process: what a person's programs need, what the job asks for, and where it is.
///
/// An allow-list, so that the worker's Redis URL, passwords and tokens never get there.
public enum JobEnvironment {
    /// The variable with the path to which a job writes what it has to tell (``QueueKit/RunNote``).
    public static let control = "QUEUECTL_CONTROL"

    /// Where programs are looked for, if nobody says.
    static let usualPath = "/usr/local/bin:/usr/bin:/bin"

    private static let inheritedNames: Set<String> = [
        "HOME", "LANG", "LANGUAGE", "LOGNAME", "PATH", "SHELL", "TMPDIR", "TZ", "USER", "XDG_CACHE_HOME",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_STATE_HOME",
    ]

    /// What jobs are given of the worker's own environment: the same for all of them.
    public static func inherited(from environment: [String: String]) -> [String: String] {
        var inherited = environment.filter { inheritedNames.contains($0.key) || $0.key.hasPrefix("LC_") }
        if inherited["PATH"] == nil { inherited["PATH"] = usualPath }
        return inherited
    }

    /// Puts the environment together. What the job sets comes before what is inherited.
    static func of(
        _ job: Job,
        setting own: [String: String],
        context: RunContext,
        inherited: [String: String]
    ) -> [String: String] {
        var environment = inherited
        environment.merge(own) { _, own in own }
        environment["QUEUECTL_JOB_ID"] = job.id.text
        environment["QUEUECTL_ATTEMPT"] = String(job.run)
        environment["QUEUECTL_QUEUE"] = job.queue.text
        environment["QUEUECTL_WORKER_ID"] = context.worker.description
        environment["QUEUECTL_SLOT"] = String(context.slot)
        return environment
    }
}
