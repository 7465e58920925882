import QueueKit

/// What a worker makes of signatures before it runs a job.
///
/// It belongs to whoever runs the worker, and is never read from Redis: who can write there could switch it off.
public struct SignaturePolicy: Sendable {
    /// The keys that are trusted; nil where signatures are not looked at.
    let keys: SigningKeys?
    /// Whether unsigned jobs are refused.
    public let isRequired: Bool

    /// Whether signed jobs are verified.
    public var isVerified: Bool { keys != nil }

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
    func refusal(of claimed: ClaimedJob, in queue: QueueKeys) -> JobRules.Refusal? {
        guard let keys else { return nil }
        guard claimed.job.signature != nil else {
            return isRequired ? .forbidden(rule: "require_signature", "it is not signed") : nil
        }
        do {
            // Not the time that its hash has: who can write that can have it handed out without a claim that sets it.
            try keys.verify(claimed.job, in: queue, at: claimed.claimedAt)
            return nil
        } catch {
            return .forbidden(rule: "signature", error.description)
        }
    }
}
