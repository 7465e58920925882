import Foundation
import RedisClient

/// A Redis Sentinel of its own on 127.0.0.1. It is gone with its last reference.
public final class SentinelServer: Sendable {
    /// Where it listens.
    public var endpoint: RedisEndpoint { RedisEndpoint(host: "127.0.0.1", port: keptPort.number) }

    /// Configuration and log (`sentinel.log`) are in here.
    public let folder: TemporaryFolder

    private let keptPort: KeptPort
    private let process: ChildProcess

    /// Starts a sentinel that takes over by itself, and waits until it answers.
    ///
    /// - Parameters:
    ///   - primaries: the ports of what it watches on 127.0.0.1, by name.
    ///   - downAfter: how long a server may be silent.
    ///   - configuration: further lines.
    public init(watching primaries: [String: UInt16], downAfter: Duration, configuration: [String] = []) throws {
        folder = try TemporaryFolder()
        keptPort = try KeptPort()
        var lines = ["port \(keptPort.number)", "bind 127.0.0.1", "dir \(folder.path)", "protected-mode no"]
        for (name, port) in primaries {
            lines += [
                "sentinel monitor \(name) 127.0.0.1 \(port) 1",
                "sentinel down-after-milliseconds \(name) \(Int(downAfter / .milliseconds(1)))",
                "sentinel failover-timeout \(name) 4000",
            ]
        }
        lines += configuration
        let file = "\(folder.path)/sentinel.conf"
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: file))
        process = try ChildProcess(["redis-server", file, "--sentinel"], output: "\(folder.path)/sentinel.log")
        try waitUntilItAnswers()
    }

    /// A connection to the sentinel itself.
    public func connection() -> RedisConnection { RedisConnection(RedisConfiguration(address: RedisAddress(endpoint))) }

    /// Kills it with SIGKILL.
    public func kill9() { process.kill9() }

    /// The configuration of clients that look for a primary through these sentinels.
    public static func configuration(_ sentinels: [SentinelServer], of name: String) -> RedisConfiguration {
        RedisConfiguration(address: .primary(named: name, sentinels: sentinels.map(\.endpoint)))
    }

    private func waitUntilItAnswers() throws {
        let connection = RedisConnection(
            RedisConfiguration(address: RedisAddress(endpoint)),
            backoff: ReconnectBackoff(first: .milliseconds(4), longest: .milliseconds(20))
        )
        defer { connection.close() }
        let deadline = ContinuousClock.now.advanced(by: .seconds(20))
        while true {
            do {
                _ = try connection.sendAndWait(RedisCommand("PING"))
                return
            } catch {
                guard error.reply?.kind != .noAuth else { return }
                guard process.isRunning, ContinuousClock.now < deadline else {
                    throw FixtureError("the sentinel does not answer: \(error)")
                }
            }
        }
    }
}
