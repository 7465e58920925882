import QueueKit

/// What a worker makes of signatures before it runs a job.
///
/// It belongs to whoever runs the worker, and is never read from Redis: who can write there could switch it off.
public struct SignaturePolicy: Sendable {
    private let keys: SigningKeys?
    private let isRequired: Bool

    /// Signatures are not looked at.
    public static let none = SignaturePolicy()

    private init() {
        keys = nil
        isRequired = false
    }

    /// Signed jobs are verified.
    ///
    /// - Parameters:
    ///   - keys: The keys that are trusted.
    ///   - required: Whether unsigned jobs are refused.
    public init(_ keys: SigningKeys, required: Bool) {
        self.keys = keys
        isRequired = required
    }

    /// Why a job that was claimed is not run; nil if it may be.
    func refusal(of job: Job, in queue: QueueKeys) -> JobRules.Refusal? {
        guard let keys else { return nil }
        guard job.signature != nil else {
            return isRequired ? .forbidden(rule: "require_signature", "it is not signed") : nil
        }
        // It was begun a moment ago, by Redis' clock: the claim itself has written when.
        guard let now = job.startedAt else { return .forbidden(rule: "signature", "nobody knows when it was begun") }
        do {
            try keys.verify(job, in: queue, at: now)
            return nil
        } catch {
            return .forbidden(rule: "signature", error.description)
        }
    }
}
