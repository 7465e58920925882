import Foundation
import RedisClient
import Synchronization
import TestSupport
import Testing

/// A server that changes its keys while a connection stands, played by `openssl s_server`: Redis never does.
@Suite(.timeLimit(.minutes(1))) struct TLSKeyChangeTests {
    /// A server whose answers are written by the test.
    private final class Peer: Sendable {
        let port: KeptPort
        private let process = Process()
        private let input = Pipe()
        private let heard = Mutex("")

        init(_ version: String, _ authority: TestAuthority) throws {
            port = try KeptPort()
            let own = try authority.issue()
            let output = Pipe()
            process.executableURL = URL(filePath: "/usr/bin/openssl")
            process.arguments = [
                "s_server", "-port", "\(port.number)", version, "-cert", own.certificate, "-key", own.key,
            ]
            process.standardInput = input
            process.standardOutput = output
            process.standardError = output
            output.fileHandleForReading.readabilityHandler = { [weak self] handle in
                let text = String(decoding: handle.availableData, as: UTF8.self)
                self?.heard.withLock { $0 += text }
            }
            try process.run()
        }

        deinit {
            process.terminate()
            process.waitUntilExit()
        }

        /// Waits until the server has said or received this.
        func hears(_ text: String) async throws {
            try await waitUntil("the server has \(text)", within: .seconds(20)) {
                heard.withLock { $0.contains(text) }
            }
        }

        func type(_ text: String) throws { try input.fileHandleForWriting.write(contentsOf: Data(text.utf8)) }
    }

    /// What is typed to change keys, by version.
    @Test(
        arguments: [
            ("-tls1_3", "K\n", "KEYUPDATE"), ("-tls1_3", "k\n", "KEYUPDATE"), ("-tls1_2", "r\n", "SSL_do_handshake"),
        ] as [(String, String, String)]
    )
    func keysMayChangeInBetween(version: String, typed: String, said: String) async throws {
        let authority = try TestAuthority()
        let peer = try Peer(version, authority)
        try await peer.hears("ACCEPT")
        var configuration = RedisConfiguration(address: .tcp(host: "localhost", port: peer.port.number))
        configuration.tls = RedisTLS()
        configuration.tls?.authorities = authority.file
        configuration.connectTimeout = .seconds(20)
        configuration.commandTimeout = .seconds(30)
        let log = EventLog()
        let redis = RedisConnection(configuration, onEvent: log.note)
        let first = Task { try await redis.send(RedisCommand("ECHO", "first")) }
        try await peer.hears("PING")
        // The greeting: HELLO, PING.
        try peer.type("+OK\r\n+PONG\r\n")
        try await peer.hears("first")
        try peer.type("+1\r\n")
        #expect(try await first.value == .simple("1"))
        try peer.type(typed)
        try await peer.hears(said)
        for word in ["second", "third"] {
            let next = Task { try await redis.send(RedisCommand("ECHO", word)) }
            try await peer.hears(word)
            try peer.type("+\(word)\r\n")
            #expect(try await next.value == .simple(word))
        }
        #expect(log.losses.isEmpty)
    }
}
