import QueueKit
import QueueWorker

/// The keys that an option or a variable names.
enum SigningKeysFile {
    static let variable = "QUEUECTL_SIGNING_KEYS"

    /// The keys in the file that the option names, or else the variable; nil if neither does.
    ///
    /// Set but empty, the variable is a mistake of the script that sets it: then a worker would verify nothing, and a producer sign
    /// nothing.
    static func keys(_ path: String?) throws(Failure) -> SigningKeys? {
        guard path != nil || !Environment.isEmpty(variable) else {
            throw Failure(.configuration, "\(variable) is set, but empty; give the file of signing keys, or unset it")
        }
        guard let path = path ?? Environment.value(variable) else { return nil }
        do {
            return try SigningKeys(path: path)
        } catch {
            throw Failure(.configuration, error.description)
        }
    }

    /// What a worker makes of signatures.
    static func policy(_ path: String?, required: Bool) throws(Failure) -> SignaturePolicy {
        if let keys = try keys(path) { return SignaturePolicy(keys, required: required) }
        guard !required else {
            throw Failure(
                .usage,
                "--require-signature needs the keys that are trusted; give --signing-keys FILE or set \(variable)"
            )
        }
        return .none
    }
}
