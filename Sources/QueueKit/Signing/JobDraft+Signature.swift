extension JobDraft {
    /// Whether the signature that a job will have is not one of what it will be, as far as can be said without keys.
    ///
    /// - Parameters:
    ///   - fields: What the job is to be, as it will be stored.
    ///   - new: The signature it is to have instead of its own.
    func isSignatureBroken(by fields: [String: [UInt8]], signed new: JobSignature?) -> Bool {
        guard let signature = new ?? job.signature else { return false }
        let edited = Job(id: job.id, queue: job.queue, fields: fields.map { ($0.key, $0.value) })
        do {
            return try signature.difference(from: edited) != nil
        } catch {
            return true
        }
    }
}
