import Foundation
import RedisClient
import TestSupport
import Testing

/// A server that changes its keys while a connection stands, played by `openssl s_server`: Redis never does.
@Suite(.timeLimit(.minutes(1))) struct TLSKeyChangeTests {
    /// A server whose answers are written by the test.
    private final class Peer: Sendable {
        let port: KeptPort
        private let folder: TemporaryFolder
        private let input: FileHandle
        private let process: ChildProcess

        init(_ version: String, _ authority: TestAuthority) throws {
            port = try KeptPort()
            folder = try TemporaryFolder()
            let own = try authority.issue()
            let pipe = "\(folder.path)/input"
            #expect(mkfifo(pipe, 0o600) == 0)
            // Both ends, so that nobody waits for the other to open his.
            let descriptor = open(pipe, O_RDWR | O_CLOEXEC)
            input = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            let words = ["-port", "\(port.number)", version, "-cert", own.certificate, "-key", own.key]
            let line = "exec openssl s_server \(words.joined(separator: " ")) <\(pipe)"
            process = try ChildProcess(["sh", "-c", line], output: "\(folder.path)/output")
        }

        /// Waits until the server has said or received this.
        func hears(_ text: String) async throws {
            try await waitUntil("the server has \(text)") {
                try String(contentsOfFile: "\(folder.path)/output", encoding: .utf8).contains(text)
            }
        }

        func type(_ text: String) throws { try input.write(contentsOf: Data(text.utf8)) }
    }

    /// What is typed to change keys: with the server's alone, with both, by a new handshake.
    @Test(arguments: [("-tls1_3", "k\n"), ("-tls1_3", "K\n"), ("-tls1_2", "r\n")] as [(String, String)])
    func keysMayChangeInBetween(version: String, typed: String) async throws {
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
        // Done before the next answer, which is typed behind it.
        try peer.type(typed)
        for word in ["second", "third"] {
            let next = Task { try await redis.send(RedisCommand("ECHO", word)) }
            try await peer.hears(word)
            try peer.type("+\(word)\r\n")
            #expect(try await next.value == .simple(word))
        }
        #expect(log.losses.isEmpty)
    }
}
