extension QueueKeys {
    /// What a key of a queue is for.
    enum Role {
        /// One of the keys that every queue has.
        case fixed
        /// The hash of a job.
        case job(JobID)
        /// Attempts or output of a job, which go with it.
        case ofJob(JobID)
        /// Something of this type that goes by itself after some time.
        case passing(type: String)
        /// Nothing of ours.
        case unknown
    }

    /// What a key is for that begins with `prefix`.
    func role(of key: String) -> Role {
        let name = key.dropFirst(prefix.count)
        if Self.fixedNames.contains(String(name)) { return .fixed }
        let parts = name.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        switch (parts[0], parts.count) {
        case ("job", 2): return (try? JobID(parts[1])).map { .job($0) } ?? .unknown
        case ("attempts", 2): return (try? JobID(parts[1])).map { .ofJob($0) } ?? .unknown
        case ("log", 3) where Int(parts[2]) != nil: return (try? JobID(parts[1])).map { .ofJob($0) } ?? .unknown
        case ("worker", 2), ("history", 2): return .passing(type: "hash")
        case ("request", 2): return .passing(type: "string")
        case ("reply", 2): return .passing(type: "list")
        default: return .unknown
        }
    }
}
