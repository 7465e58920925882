import Foundation
import RedisClient
import TestSupport
import Testing

/// Who is not believed, and in which words.
@Suite(.timeLimit(.minutes(2))) struct TLSRefusalTests {
    /// Says why it cannot be reached. Nothing was sent then.
    private func refusal(
        _ configuration: RedisConfiguration,
        _ code: RedisError.Code = .tls,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let error = try await #require(throws: RedisError.self, sourceLocation: sourceLocation) {
            try await RedisConnection(configuration).send(RedisCommand("SET", "written", "1"))
        }
        #expect(error.code == code && !error.mayHaveRun, "\(error)", sourceLocation: sourceLocation)
        #expect(!"\(error)".contains("\n"), sourceLocation: sourceLocation)
        return error.cause
    }

    /// Also looks that the server was sent no command.
    private func refusal(
        by secured: SecuredServer,
        _ change: (inout RedisTLS) -> Void = { _ in }
    ) async throws -> String {
        var configuration = secured.configuration()
        if var tls = configuration.tls {
            change(&tls)
            configuration.tls = tls
        }
        let cause = try await refusal(configuration)
        #expect(try await secured.server.connection().send(RedisCommand("EXISTS", "written")) == .integer(0))
        return cause
    }

    @Test func aServerWithACertificateThatIsRightIsBelieved() async throws {
        let secured = try SecuredServer()
        for host in ["127.0.0.1", "localhost"] {
            let redis = RedisConnection(secured.configuration(host: host))
            #expect(try await redis.send(RedisCommand("PING")) == .simple("PONG"))
            let security = try #require(redis.security)
            #expect(security.version == "TLSv1.3" && security.isVerified && !security.cipher.isEmpty)
            // 2090-01-01
            #expect(security.certificateEnd == 3_786_912_000)
        }
    }

    @Test func anAuthorityThatIsNotKnownIsNotTrusted() async throws {
        let secured = try SecuredServer()
        let other = try TestAuthority("Other CA")
        #expect(
            try await refusal(by: secured) { $0.authorities = other.file }
                == "its certificate is not trusted: issued by \"CN = Test CA\", which is not in \(other.file); give the file of its CA (tls_ca)"
        )
        #expect(
            try await refusal(by: secured) { $0.authorities = nil }
                == "its certificate is not trusted: issued by \"CN = Test CA\", which this system does not know; give the file of its CA (tls_ca)"
        )
        let impostor = try TestAuthority("Test CA")
        #expect(try await refusal(by: secured) { $0.authorities = impostor.file }.contains("is not trusted"))
    }

    @Test(
        arguments: [
            (["DNS:redis.example.com", "DNS:*.example.org"], "redis.example.com, *.example.org"),
            (["IP:127.0.0.9", "IP:::1"], "127.0.0.9, ::1"),
        ] as [([String], String)]
    )
    func aNameThatIsNotInTheCertificateIsNotBelieved(names: [String], words: String) async throws {
        let authority = try TestAuthority()
        let secured = try SecuredServer(authority, authority.issue(to: "127.0.0.1", for: names))
        let advice = "dial one of these, or say which to expect (tls_server_name)"
        #expect(
            try await refusal(by: secured) == "its certificate is not for 127.0.0.1, but for \(words); \(advice)"
        )
        #expect(try await refusal(by: secured) { $0.serverName = "evil.example" }.contains("not for evil.example, but"))
    }

    @Test func theSubjectIsNoName() async throws {
        let authority = try TestAuthority()
        let secured = try SecuredServer(authority, authority.issue(to: "localhost", for: []))
        #expect(
            try await refusal(by: secured) { $0.serverName = "localhost" }
                == "its certificate is for no host at all, so not for localhost: it has no subjectAltName"
        )
    }

    @Test(arguments: [("redis.example.com", true), ("a.example.org", true), ("a.b.example.org", false)])
    func theNameToProveCanBeGiven(name: String, isFine: Bool) async throws {
        let authority = try TestAuthority()
        let names = ["DNS:redis.example.com", "DNS:*.example.org"]
        let secured = try SecuredServer(authority, authority.issue(for: names))
        var configuration = secured.configuration()
        configuration.tls?.serverName = name
        guard isFine else {
            #expect(try await refusal(configuration).contains("is not for \(name)"))
            return
        }
        #expect(try await RedisConnection(configuration).send(RedisCommand("PING")) == .simple("PONG"))
    }

    @Test func timesAreToldWhenTheyAreOver() async throws {
        let authority = try TestAuthority()
        let old = try SecuredServer(authority, authority.issue(until: "20261101120000Z"))
        #expect(try await refusal(by: old) == "its certificate expired at 2026-11-01T12:00:00Z")
        let early = try SecuredServer(authority, authority.issue(from: "20800229000000Z"))
        #expect(
            try await refusal(by: early)
                == "its certificate is not valid before 2080-02-29T00:00:00Z; a clock may be wrong"
        )
    }

    @Test func withoutVerificationAnyCertificateWillDo() async throws {
        let authority = try TestAuthority()
        let secured = try SecuredServer(authority, authority.issue(for: [], until: "20210101000000Z"))
        var configuration = secured.configuration()
        configuration.tls = RedisTLS()
        configuration.tls?.verifies = false
        let redis = RedisConnection(configuration)
        #expect(try await redis.send(RedisCommand("PING")) == .simple("PONG"))
        #expect(redis.security?.isVerified == false)
    }

    @Test(arguments: ["TLSv1.2", "TLSv1.3"]) func aServerMayDemandACertificate(version: String) async throws {
        let secured = try SecuredServer(clients: .withCertificate, ["tls-protocols \(version)"])
        // Whoever is turned away may lose the reason with the connection, so more than once.
        for _ in 0..<10 {
            #expect(try await refusal(by: secured) == "it demands a certificate of ours; give tls_cert and tls_key")
        }
        let own = try secured.authority.issue(to: "worker", for: [])
        let redis = RedisConnection(secured.configuration(as: own))
        #expect(try await redis.send(RedisCommand("PING")) == .simple("PONG"))
        #expect(redis.security?.version == version)
    }

    @Test func aCertificateOfOursThatIsNotAcceptedIsNamed() async throws {
        let secured = try SecuredServer(clients: .withCertificate)
        let other = try TestAuthority("Other CA")
        let strange = try other.issue(to: "worker", for: [])
        let expired = try secured.authority.issue(to: "worker", for: [], until: "20210101000000Z")
        for (own, why) in [(strange, "it does not know the CA that issued it"), (expired, "it has expired")] {
            let error = try await #require(throws: RedisError.self) {
                try await RedisConnection(secured.configuration(as: own)).send(RedisCommand("PING"))
            }
            // The server ends the connection so hastily that its reason is lost at times.
            let isTold = error.cause == "it does not accept our certificate \(own.certificate): \(why)"
            #expect(isTold || error.cause.hasSuffix("it may not accept our certificate"), "\(error)")
        }
    }

    @Test func plainAndSecuredPortsAreToldApart() async throws {
        let secured = try SecuredServer()
        var plain = RedisConfiguration(address: .tcp(host: "127.0.0.1", port: secured.port))
        plain.connectTimeout = .seconds(30)
        let hint = "; if it speaks TLS there, use rediss://"
        #expect(try await refusal(plain, .unreachable).hasSuffix(hint))
        var wrong = secured.configuration()
        wrong.address = .tcp(host: "127.0.0.1", port: try #require(secured.server.port))
        wrong.connectTimeout = .milliseconds(500)
        // Redis takes the first bytes for the beginning of a long line; or for a line that makes no sense.
        let error = try await #require(throws: RedisError.self) {
            try await RedisConnection(wrong).send(RedisCommand("PING"))
        }
        #expect(error.cause.contains("use redis://"), "\(error)")
    }

    @Test func aServerOfAnOlderVersionIsRefused() async throws {
        let secured = try SecuredServer(nil, nil, ["tls-protocols TLSv1.1", "tls-ciphers DEFAULT@SECLEVEL=0"])
        #expect(
            try await refusal(by: secured) == "it has no version of TLS in common with us: 1.2 or later is needed"
        )
    }

    @Test func filesThatAreWrongAreNamed() throws {
        let authority = try TestAuthority()
        let own = try authority.issue()
        let folder = try TemporaryFolder()
        let (text, damaged, locked) = ("\(folder.path)/text", "\(folder.path)/damaged", "\(folder.path)/locked")
        try "no certificate".write(toFile: text, atomically: true, encoding: .utf8)
        let whole = try String(contentsOfFile: authority.file, encoding: .utf8)
        try (whole + whole.replacing("MII", with: "!!!")).write(toFile: damaged, atomically: true, encoding: .utf8)
        try Self.lock(own.key, as: locked)
        func problem(_ change: (inout RedisTLS) -> Void) throws -> String {
            var tls = RedisTLS()
            change(&tls)
            return try #require(throws: RedisTLSError.self) { try tls.check() }.description
        }
        #expect(
            try problem { $0.authorities = "/no/file" }
                == "cannot use the CA file /no/file: No such file or directory"
        )
        #expect(try problem { $0.authorities = folder.path }.hasSuffix("\(folder.path): it is not a file"))
        #expect(try problem { $0.authorities = text }.hasSuffix("text: it holds no certificate in PEM form"))
        #expect(try problem { $0.authorities = damaged }.hasSuffix("damaged: a certificate in it is damaged"))
        #expect(try problem { $0.certificate = own.certificate }.hasSuffix("it holds no key in PEM form"))
        #expect(try problem { $0.key = own.key }.hasSuffix("but no certificate (tls_cert)"))
        #expect(
            try problem {
                $0.certificate = own.certificate
                $0.key = locked
            }
                == "cannot use the key \(locked): it is encrypted; take the password off: openssl pkey -in FILE -out NEWFILE"
        )
        let other = try authority.issue()
        #expect(
            try problem {
                $0.certificate = own.certificate
                $0.key = other.key
            } == "the key \(other.key) does not belong to the certificate \(own.certificate)"
        )
        var fine = RedisTLS()
        (fine.authorities, fine.certificate, fine.key) = (authority.file, own.certificate, own.key)
        try fine.check()
    }

    private static func lock(_ key: String, as path: String) throws {
        let command = ["openssl", "pkey", "-in", key, "-aes256", "-passout", "pass:sesame", "-out", path]
        #expect(try ChildProcess(command, output: "/dev/null").waitHere() == 0)
    }
}
