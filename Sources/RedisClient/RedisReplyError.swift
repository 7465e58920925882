/// An error that a Redis server answered with.
public struct RedisReplyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of error it is.
    public enum Kind: Sendable, Hashable {
        case loading, masterDown, readOnly, noReplicas, clusterDown, tryAgain, misconf, busy, outOfMemory
        case noAuth, wrongPass, noPermission, noScript, unblocked, moved, ask, crossSlot, wrongType
        /// `ERR max number of clients reached`: the server closes the connection right after it.
        case maxClients
        /// A password was sent to a server that has none for this user.
        case passwordNotConfigured
        /// Any other error, among them those that a script raises.
        case other
    }

    /// What a caller can do about an error.
    public enum Advice: Sendable, Hashable {
        /// The same command may succeed on the same connection at once.
        case retryOnSameConnection
        /// This connection no longer reaches a server that can serve. It is dropped and dialled anew by itself.
        case reconnect
        /// The server cannot serve just now: wait, then try again.
        case backOff
        /// Someone has to change a setting, here or in Redis.
        case configuration
        /// Nothing general: the command itself was refused.
        case none
    }

    /// What kind of error it is.
    public let kind: Kind

    /// The whole error line as the server sent it, code included, without a line break.
    public let message: String

    /// Classifies an error line such as `LOADING Redis is loading the dataset in memory`.
    public init(message: String) {
        self.message = message.oneLine
        self.kind = Kind(message: message)
    }

    /// What a caller can do about it.
    public var advice: Advice { kind.advice }

    /// The error line.
    public var description: String { message }
}

extension RedisReplyError.Kind {
    private static let codes: [String: Self] = [
        "LOADING": .loading, "MASTERDOWN": .masterDown, "READONLY": .readOnly, "NOREPLICAS": .noReplicas,
        "CLUSTERDOWN": .clusterDown, "TRYAGAIN": .tryAgain, "MISCONF": .misconf, "BUSY": .busy, "OOM": .outOfMemory,
        "NOAUTH": .noAuth, "WRONGPASS": .wrongPass, "NOPERM": .noPermission, "NOSCRIPT": .noScript,
        "UNBLOCKED": .unblocked, "MOVED": .moved, "ASK": .ask, "CROSSSLOT": .crossSlot, "WRONGTYPE": .wrongType,
    ]

    init(message: String) {
        let code = message.prefix { $0 != " " }
        if let known = Self.codes[String(code)] {
            self = known
        } else if code != "ERR" {
            self = .other
        } else if message.hasPrefix("ERR max number of clients") {
            self = .maxClients
        } else if message.contains("non local key") {
            // A script met a key whose slot is being moved away; nothing tells the difference to a programming error.
            self = .tryAgain
        } else if message.hasPrefix("ERR AUTH ") || message.hasPrefix("ERR Client sent AUTH, but no password") {
            self = .passwordNotConfigured
        } else {
            self = .other
        }
    }

    /// Whether a script that was answered with this has not run at all. (Others may come from its commands.)
    var precedesExecution: Bool {
        switch self {
        case .loading, .masterDown, .clusterDown, .busy, .noAuth, .noScript, .moved, .ask, .maxClients: true
        default: false
        }
    }

    var advice: RedisReplyError.Advice {
        switch self {
        case .tryAgain, .noScript: .retryOnSameConnection
        case .unblocked, .readOnly, .masterDown: .reconnect
        case .loading, .noReplicas, .clusterDown, .misconf, .busy, .outOfMemory, .maxClients: .backOff
        // Redirections are followed; one that comes through is that of a cluster whose nodes do not agree yet.
        case .moved, .ask: .backOff
        case .noAuth, .wrongPass, .noPermission, .passwordNotConfigured, .crossSlot: .configuration
        case .wrongType, .other: .none
        }
    }
}

extension String {
    /// The text with every line break and control character made a space, since messages are one line.
    var oneLine: String {
        guard utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
    }
}
