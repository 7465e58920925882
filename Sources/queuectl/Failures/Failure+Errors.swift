import EmbeddedRedis
import QueueKit
import RedisClient

extension Failure {
    /// Takes any error that reaches the top of a command.
    init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as QueueError: self.init(error)
        case let error as RedisError: self.init(error)
        case let error as EmbeddedServerError: self.init(error)
        case let error as ConfigurationError: self.init(.usage, error.description)
        // What is wrong with a document is reported where documents are read; here it is an id or a name on the command line.
        case let error as DocumentError: self.init(.usage, error.description, field: error.field)
        default: self.init(.failed, String(describing: error))
        }
    }

    /// Takes an error of the queue.
    init(_ error: QueueError) {
        if let cause = error.cause, cause.code == .tls {
            self.init(.configuration, error.description + Self.tlsAdvice)
            return
        }
        let kind: Kind =
            switch error.code {
            case .unreachable: .unreachable
            case .refused: .refused
            case .forbidden: .forbidden
            case .newerSchema: .newerSchema
            case .broken: .broken
            case .cancelled: .failed
            case .ambiguous: .ambiguous
            }
        self.init(kind, error.description + (kind == .unreachable ? Self.reachAdvice : ""))
    }

    /// Takes an error of the connection itself.
    init(_ error: RedisError) {
        guard error.code != .tls else {
            self.init(.configuration, error.description + Self.tlsAdvice)
            return
        }
        guard let reply = error.reply else {
            self.init(error.code == .cancelled ? .failed : .unreachable, error.description + Self.reachAdvice)
            return
        }
        switch reply.advice {
        case .configuration: self.init(.forbidden, error.description)
        case .backOff, .reconnect, .retryOnSameConnection: self.init(.refused, error.description)
        case .none: self.init(.broken, error.description)
        }
    }

    private static let reachAdvice = ". Is it running? Another address: --redis or QUEUECTL_REDIS_URL"

    private static let tlsAdvice = ". See queuectl help tls"

    /// The failure as `--json` prints it on stderr.
    var json: JSONValue {
        .object([
            JSONMember(
                name: "error",
                value: .object([
                    JSONMember(name: "code", value: .string(kind.rawValue)),
                    JSONMember(name: "message", value: .string(message)),
                    JSONMember(name: "field", value: .optional(field)),
                    JSONMember(name: "exit_code", value: .integer(Int(status.rawValue))),
                ])
            )
        ])
    }
}
