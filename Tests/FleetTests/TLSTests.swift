import FleetSupport
import QueueKit
import RedisClient
import TestSupport
import TestTraits
import Testing

/// Worker processes whose Redis takes nobody without TLS and a certificate.
@Suite(.threeAtATime, .timeLimit(.minutes(3))) struct TLSTests {
    private let secured: SecuredServer
    private let own: TestCertificate

    init() throws {
        secured = try SecuredServer(clients: .withCertificate)
        own = try secured.authority.issue(to: "worker", for: [])
    }

    private func withSecuredFleet(_ body: (Fleet) async throws -> Void) async throws {
        try await withFleet(on: secured.server, reachedBy: secured.configuration(as: own), body)
    }

    @Test func jobsRunEndToEnd() async throws {
        try await withSecuredFleet { fleet in
            try await fleet.start(count: 4)
            let ids = try await fleet.enqueue((0..<50).map { "echo \($0)" })
            try await fleet.wait(for: 50, .completed, within: .seconds(60))
            for command in ["show", "logs"] { #expect(try await fleet.run(command, ids[0].text) == 0) }
            #expect(try await fleet.run("run", "--", "true") == 0)
            let clients = try await fleet.redis.send(RedisCommand("CLIENT", "LIST")).string ?? ""
            let port = try #require(secured.server.port)
            #expect(
                clients.contains("laddr=127.0.0.1:\(secured.port) ") && !clients.contains("laddr=127.0.0.1:\(port) ")
            )
        }
    }

    @Test func endedConnectionsLeaveNothingBehind() async throws {
        try await withSecuredFleet { fleet in
            let worker = try await fleet.start(count: 4)
            let report = try await fleet.storm(over: worker, kills: 200)
            #expect(report.after.residentKiB < report.before.residentKiB + 4096)
        }
    }

    @Test func aWorkerSaysWhatIsWrongAndGoesOnOnceItIsPutRight() async throws {
        try await withSecuredFleet { fleet in
            let worker = try await fleet.start()
            let path = secured.certificate.certificate
            let (certificate, key) = (path + ".right", secured.certificate.key + ".right")
            let right = TestCertificate(certificate: certificate, key: key)
            try TestAuthority.replace(right, by: secured.certificate)
            let admin = secured.server.connection()
            func use(_ certificate: TestCertificate) async throws {
                try TestAuthority.replace(secured.certificate, by: certificate)
                #expect(try await admin.send(RedisCommand("CONFIG", "SET", "tls-cert-file", path)) == .simple("OK"))
                for kind in ["normal", "pubsub"] {
                    _ = try await admin.send(RedisCommand("CLIENT", "KILL", "TYPE", kind))
                }
            }
            try await use(secured.authority.issue(until: "20210101000000Z"))
            try await worker.waitForLog("outage")
            let said = worker.events("outage").first?.error ?? ""
            #expect(said.contains("its certificate expired at 2021-01-01T00:00:00Z"), "\(said)")
            #expect(try await fleet.run("status") == 78)
            try await use(right)
            try await worker.waitForLog("restored")
            try await fleet.enqueue(["true"])
            try await fleet.wait(for: 1, .completed, within: .seconds(30))
        }
    }
}
