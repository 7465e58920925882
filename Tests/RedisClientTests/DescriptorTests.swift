import Foundation
import TestSupport
import Testing

@testable import RedisClient

@Suite struct DescriptorTests {
    let server: RedisServer
    let port: UInt16
    let observer: RedisConnection
    let redis: RedisConnection

    init() throws {
        server = try RedisServer(.init(tcp: true))
        port = try #require(server.port)
        observer = server.connection()
        redis = RedisConnection(try server.tcpConfiguration())
    }

    /// The descriptors of this process, with what they are. Other tests open and close theirs meanwhile.
    private func descriptors() throws -> [Int32: String] {
        var found: [Int32: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            guard let number = Int32(name) else { continue }
            found[number] = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(number)")
        }
        return found
    }

    /// The descriptors of this process that are connected to the server's port, which nobody else uses.
    private func socketsToServer() throws -> [Int32] {
        try descriptors().keys.filter { descriptor in
            var address = sockaddr_in()
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let status = withUnsafeMutableBytes(of: &address) { raw in
                getpeername(descriptor, raw.baseAddress?.assumingMemoryBound(to: sockaddr.self), &size)
            }
            return status == 0 && address.sin_family == sa_family_t(AF_INET) && address.sin_port == port.bigEndian
        }
    }

    private func closesOnExec(_ descriptor: Int32) throws -> Bool {
        let info = try String(contentsOfFile: "/proc/self/fdinfo/\(descriptor)", encoding: .utf8)
        let flags = info.split(separator: "\n").first { $0.hasPrefix("flags:") }?.split(separator: "\t").last
        return try #require(flags.flatMap { Int($0, radix: 8) }) & 0o2_000_000 != 0
    }

    @Test func noChildInheritsASocket() async throws {
        _ = try await redis.send(RedisCommand("PING"))
        let sockets = try socketsToServer()
        #expect(sockets.count == 1)
        for socket in sockets { #expect(try closesOnExec(socket)) }
        let wake = try #require(WakeUp())
        #expect(try closesOnExec(wake.descriptor))
    }

    @Test func aThousandKilledConnectionsLeaveNothingBehind() async throws {
        _ = try await redis.send(RedisCommand("PING"))
        let before = try descriptors().count
        for _ in 0..<1000 {
            _ = try await observer.send(RedisCommand("CLIENT", "KILL", "TYPE", "normal"))
            try await waitUntil("the loss is noticed") { !redis.isConnected }
            #expect(try await redis.send(RedisCommand("PING")) == .simple("PONG"))
        }
        let open = try socketsToServer()
        #expect(open.count == 1)
        // Other tests have some hundreds open at times; a leak would be a thousand.
        #expect(try descriptors().count < before + 500)
        let stats = try await observer.send(RedisCommand("INFO", "clients")).string ?? ""
        #expect(stats.contains("connected_clients:2\r\n"))
    }

    @Test func aDroppedConnectionEndsItsThreadAndClosesItsSocket() async throws {
        weak var core: ConnectionCore?
        do {
            let redis = RedisConnection(try server.tcpConfiguration())
            _ = try await redis.send(RedisCommand("PING"))
            core = redis.core
            #expect(core != nil)
        }
        try await waitUntil("the thread has let go") { core == nil }
        #expect(try socketsToServer().isEmpty)
    }
}
