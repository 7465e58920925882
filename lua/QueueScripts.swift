/// The transitions of a queue, as Lua source that a Redis server runs atomically.
///
/// Each is put together from `common.lua`, which goes behind the `#!lua` line because Redis refuses a script whose first
/// line is anything else, and a function that holds the parts it names and its own file.
public struct QueueScript: Sendable {
    /// The name of the transition, as in the file name.
    public let name: String
    /// The whole source.
    public let source: String

    private init(_ name: String, _ own: [UInt8], parts: [[UInt8]] = []) {
        let lines = String(decoding: own, as: UTF8.self).split(separator: "\n", maxSplits: 1).map(String.init)
        let parts = parts.map { String(decoding: $0, as: UTF8.self) }
        self.name = name
        // The wrapping function makes a script 5 % cheaper: Lua walks a list of captured variables for each one
        // that a new function captures from the function around it, but not for those from further out.
        self.source =
            ([lines[0], String(decoding: PackageResources.common_lua, as: UTF8.self), "return (function()"]
            + parts + lines.dropFirst() + ["end)()"]).joined(separator: "\n")
    }

    private static let moving = [PackageResources.index_lua, PackageResources.job_lua]
    private static let adding = [PackageResources.signed_lua, PackageResources.add_lua]
    private static let replying = [PackageResources.reply_lua]
    private static let ending = [PackageResources.ending_lua, PackageResources.outcomes_lua]
    private static let claiming = [
        PackageResources.reject_lua, PackageResources.intake_lua, PackageResources.reap_lua,
        PackageResources.promote_lua, PackageResources.unread_lua, PackageResources.hand_out_lua,
        PackageResources.elsewhere_lua,
        PackageResources.compact_lua, PackageResources.dlq_head_lua, PackageResources.dlq_retention_lua,
        PackageResources.claiming_lua,
    ]
    private static let asking = [PackageResources.rights_lua, PackageResources.once_lua]
    private static let operating = moving + asking

    /// Adds a batch of validated jobs.
    public static let enqueue = QueueScript(
        "enqueue",
        PackageResources.enqueue_lua,
        parts: moving + replying
            + [PackageResources.rights_lua, PackageResources.gone_lua] + adding
    )
    /// Hands out jobs to a worker and keeps house.
    public static let claim = QueueScript(
        "claim",
        PackageResources.claim_lua,
        parts: moving + replying + [PackageResources.retention_lua] + claiming
    )
    /// Takes in what other services have pushed.
    public static let takeIn = QueueScript(
        "take_in",
        PackageResources.take_in_lua,
        parts: [PackageResources.intake_lua]
    )
    /// Ends the intake of pushes that a worker has judged.
    public static let ingest = QueueScript(
        "ingest",
        PackageResources.ingest_lua,
        parts: [PackageResources.index_lua] + replying + [PackageResources.reject_lua] + adding
    )
    /// Takes in what a worker has read of jobs that `queuectl_enqueue` added.
    public static let admit = QueueScript(
        "admit",
        PackageResources.admit_lua,
        parts: moving + replying
    )
    /// Takes a push in again that was set aside.
    public static let readmit = QueueScript(
        "readmit",
        PackageResources.readmit_lua,
        parts: [PackageResources.index_lua] + asking + adding
    )
    /// Ends runs.
    public static let settle = QueueScript(
        "settle",
        PackageResources.settle_lua,
        parts: moving + replying + [PackageResources.retention_lua] + ending
    )
    /// Ends runs and hands out jobs.
    public static let turn = QueueScript(
        "turn",
        PackageResources.turn_lua,
        parts: moving + replying + [PackageResources.retention_lua] + ending + claiming
    )
    /// Extends leases.
    public static let renew = QueueScript("renew", PackageResources.renew_lua)
    /// Keeps how far runs are.
    public static let report = QueueScript("report", PackageResources.report_lua)
    /// Adds output of a run to its log.
    public static let appendLog = QueueScript("append_log", PackageResources.append_log_lua)
    /// Cancels jobs.
    public static let cancel = QueueScript(
        "cancel",
        PackageResources.cancel_lua,
        parts: operating + replying
    )
    /// Gives named dead jobs another life.
    public static let retry = QueueScript(
        "retry",
        PackageResources.retry_lua,
        parts: operating + [PackageResources.revive_lua]
    )
    /// Gives the oldest dead jobs another life.
    public static let retryAll = QueueScript(
        "retry_all",
        PackageResources.retry_all_lua,
        parts: operating + [PackageResources.revive_lua, PackageResources.dlq_head_lua]
    )
    /// Deletes the oldest dead jobs.
    public static let purge = QueueScript(
        "purge",
        PackageResources.purge_lua,
        parts: operating + [PackageResources.dlq_head_lua]
    )
    /// Deletes named jobs.
    public static let delete = QueueScript(
        "delete",
        PackageResources.delete_lua,
        parts: operating + replying + [PackageResources.gone_lua]
    )
    /// Halts jobs that run, or lets them go on.
    public static let pauseJob = QueueScript(
        "pause_job",
        PackageResources.pause_job_lua,
        parts: [PackageResources.job_lua] + asking
    )
    /// Sends a signal to a job that runs.
    public static let signal = QueueScript(
        "signal",
        PackageResources.signal_lua,
        parts: [PackageResources.job_lua] + asking
    )
    /// Changes what a job asks for that does not run.
    public static let edit = QueueScript(
        "edit",
        PackageResources.edit_lua,
        parts: operating + [PackageResources.signed_lua]
    )
    /// Pauses or resumes a queue.
    public static let pause = QueueScript("pause", PackageResources.pause_lua, parts: asking)
    /// Looks for jobs by tags and `meta`, and changes nothing.
    public static let find = QueueScript("find", PackageResources.find_lua)
    /// Looks at jobs and index entries, and changes nothing.
    public static let inspect = QueueScript(
        "inspect",
        PackageResources.inspect_lua,
        parts: moving + [PackageResources.places_lua]
    )
    /// Has one worker at a time look for damage.
    public static let sweep = QueueScript(
        "sweep",
        PackageResources.sweep_lua,
        parts: moving + [PackageResources.places_lua]
    )
    /// Repairs what was found to be wrong.
    public static let repair = QueueScript(
        "repair",
        PackageResources.repair_lua,
        parts: moving + [PackageResources.reject_lua, PackageResources.places_lua]
    )
}
