import QueueKit

/// Signs what a producer adds.
struct JobSigner {
    /// All of the file: what was signed by any of them may be signed anew.
    let keys: SigningKeys
    private let key: SigningKey
    private let validFor: Duration

    /// Why nothing can be signed.
    static let noKeys = Failure(
        .usage,
        "There is nothing to sign with: give --signing-keys FILE or set \(SigningKeysFile.variable)"
    )

    /// - Returns: nil if neither an option nor the variable names keys.
    init?(_ options: SigningOptions) throws(Failure) {
        let validFor = try options.validFor.map { text throws(Failure) in
            try DurationOption.parse(
                text,
                "--valid-for",
                atLeast: .milliseconds(1),
                atMost: JobSignature.longestValidity
            )
        }
        guard let keys = try SigningKeysFile.keys(options.signingKeys) else {
            guard options.signKey == nil, validFor == nil else {
                throw Self.noKeys
            }
            return nil
        }
        self.keys = keys
        if let id = options.signKey {
            guard let named = keys[id] else {
                let known = TerminalText.shorten(keys.ids.joined(separator: ", "), to: 200)
                throw Failure(
                    .usage,
                    "--sign-key: there is no key \(TerminalText.quotedForMessage(id)) in the file; it has \(known)"
                )
            }
            key = named
        } else {
            key = keys.first
        }
        self.validFor = validFor ?? .seconds(86_400)
    }

    /// Signs a document for a queue. One that is signed already stays as it is.
    func sign(_ document: JobDocument, in queue: QueueKeys) throws(Failure) -> JobDocument {
        guard document.signature == nil else { return document }
        let now = Timestamp.now().milliseconds
        let due = max(now, document.runAt?.milliseconds ?? now + (document.delay ?? .zero).wholeMilliseconds)
        let end = due + validFor.wholeMilliseconds
        let longest = JobSignature.longestValidity
        guard end - now <= longest.wholeMilliseconds else {
            throw Failure(
                .usage,
                "Cannot sign a job that is due in \(DurationText.format(.milliseconds(due - now))): a signature is valid for "
                    + "\(DurationText.format(longest)) at most, \(DurationText.format(validFor)) of it (--valid-for) behind that"
            )
        }
        do {
            return try document.signed(by: key, in: queue, validUntil: Timestamp(milliseconds: end))
        } catch {
            throw Failure(document: error)
        }
    }
}
