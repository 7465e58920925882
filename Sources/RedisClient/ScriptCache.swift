import Synchronization

/// The SHA-1 that the server gave for each script, so that this module needs no SHA-1 of its own.
final class ScriptCache: Sendable {
    enum Knowledge {
        case unknown
        case digest(String)
        /// The server refused `SCRIPT LOAD`, so the source is sent each time.
        case sourceOnly
    }

    private let entries = Mutex<[String: (source: String, digest: String?)]>([:])

    func lookUp(_ script: RedisScript) -> Knowledge {
        // Comparing a source with itself costs nothing: Swift sees that the storage is the same.
        guard let entry = entries.withLock({ $0[script.name] }), entry.source == script.source else { return .unknown }
        return entry.digest.map { .digest($0) } ?? .sourceOnly
    }

    func learn(_ script: RedisScript, digest: String?) {
        entries.withLock { $0[script.name] = (script.source, digest) }
    }

    func forget(_ script: RedisScript) {
        entries.withLock { $0[script.name] = nil }
    }
}
