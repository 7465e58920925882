import QueueKit

/// The name that all keys begin with.
enum Namespace {
    /// Takes it from the flag, then from `QUEUECTL_NAMESPACE`.
    static func name(_ options: GlobalOptions) throws(Failure) -> String {
        if let name = options.namespace { return try check(name, from: "--namespace", otherwise: .usage) }
        guard let name = Environment.value("QUEUECTL_NAMESPACE") else { return JobQueue.standardNamespace }
        return try check(name, from: "QUEUECTL_NAMESPACE", otherwise: .configuration)
    }

    /// Braces would move keys to another slot of a cluster, a colon would let two namespaces share keys.
    private static func check(
        _ name: String,
        from place: String,
        otherwise kind: Failure.Kind
    ) throws(Failure) -> String {
        let isFine = (1...64).contains(name.utf8.count) && name.utf8.allSatisfy(isAllowed)
        guard isFine else {
            let shown = TerminalText.quotedForMessage(name)
            throw Failure(kind, "\(place): \(shown) is not a namespace; give 1...64 letters, digits, _ . or -")
        }
        return name
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
            true
        default:
            false
        }
    }
}
