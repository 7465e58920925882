import EmbeddedRedis
import QueueKit
import RedisClient

/// queuectl's own server, for when no Redis is configured.
enum Embedded {
    /// The server of this user's data folder. Starts nothing.
    static func server() throws(Failure) -> EmbeddedServer {
        do {
            return EmbeddedServer(dataDirectory: try EmbeddedServer.defaultDataDirectory())
        } catch {
            throw Failure(error)
        }
    }

    /// How to reach the server, which is started if it does not run.
    static func running() async throws(Failure) -> RedisConfiguration {
        let server = try server()
        do {
            return try await server.ensureRunning()
        } catch {
            throw Failure(error)
        }
    }
}

extension Failure {
    /// Takes an error of the embedded server.
    init(_ error: EmbeddedServerError) {
        let kind: Kind =
            switch error.code {
            case .notInstalled, .tooOld, .dataDirectory: .configuration
            case .startFailed, .timedOut: .unreachable
            }
        let said = error.logTail.last.map { " Its log ends: \($0)" } ?? ""
        self.init(kind, error.message + TerminalText.escape(said))
    }
}
