import QueueKit

extension JobScreen {
    /// What exit codes mean, where it avoids to run, and its limits, as far as they are not as usual.
    var policyFields: [(String, String)] {
        let codes = job.exitCodes
        let usual = ExitCodes()
        let waits = codes.snooze.sorted { $0.key < $1.key }.map { "\($0.key) for \(DurationText.format($0.value))" }
        return [
            ("success codes", codes.success == usual.success ? "" : list(codes.success)),
            ("fatal codes", list(codes.fatal)), ("snooze codes", waits.joined(separator: ", ")),
            ("other host", job.retryOnOtherHost ? avoided : ""), ("limits", limits),
        ]
    }

    private func list(_ codes: Set<Int>) -> String {
        codes.sorted().map(String.init).joined(separator: ", ")
    }

    private var avoided: String {
        job.failedHosts.isEmpty ? "for retries" : "failed on \(job.failedHosts.joined(separator: ", "))"
    }

    private var limits: String {
        let parts: [String?] = [
            job.memory.map { "memory \(ByteSizeText.format($0))" }, job.cpuSeconds.map { "CPU \($0) s" },
            job.nice.map { "nice \($0)" }, job.openFiles.map { "\($0) open files" },
        ]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }
}
