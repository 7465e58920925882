import Foundation

/// A certificate and its key, as files.
public struct TestCertificate: Sendable {
    /// The file with the certificate.
    public let certificate: String
    /// The file with its key.
    public let key: String

    /// Names the files.
    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}

/// A certificate authority of its own, in a temporary folder. Made by the openssl command.
public final class TestAuthority: Sendable {
    /// The file with its certificate.
    public var file: String { "\(folder.path)/ca.pem" }

    private let folder: TemporaryFolder

    /// Makes an authority. Blocks for some 20 ms.
    public init(_ name: String = "Test CA") throws {
        folder = try TemporaryFolder()
        try "".write(toFile: "\(folder.path)/index", atomically: true, encoding: .utf8)
        let settings = """
            [ca]
            default_ca = own
            [own]
            database = \(folder.path)/index
            new_certs_dir = \(folder.path)
            certificate = \(folder.path)/ca.pem
            private_key = \(folder.path)/ca.key
            default_md = sha256
            rand_serial = yes
            unique_subject = no
            copy_extensions = copy
            policy = names
            [names]
            commonName = supplied
            [req]
            distinguished_name = names
            """
        try settings.write(toFile: "\(folder.path)/ca.conf", atomically: true, encoding: .utf8)
        try openssl(
            ["req", "-x509", "-days", "30", "-subj", "/CN=\(name)", "-out", "ca.pem", "-keyout", "ca.key"] + Self.newKey
        )
    }

    /// Issues a certificate. Blocks for some 30 ms.
    ///
    /// - Parameters:
    ///   - names: what it is for, such as `DNS:localhost`. None: it names nobody but in its subject.
    ///   - start: from when it is valid, and
    ///   - end: until when: `YYYYMMDDHHMMSSZ`.
    public func issue(
        to subject: String = "localhost",
        for names: [String] = ["DNS:localhost", "IP:127.0.0.1"],
        from start: String = "20200101000000Z",
        until end: String = "20900101000000Z"
    ) throws -> TestCertificate {
        let stem = "\(folder.path)/\(UUID().uuidString)"
        let extensions = names.isEmpty ? [] : ["-addext", "subjectAltName=\(names.joined(separator: ","))"]
        try openssl(
            ["req", "-subj", "/CN=\(subject)", "-out", "\(stem).csr", "-keyout", "\(stem).key"] + Self.newKey
                + extensions
        )
        let dates = ["-startdate", start, "-enddate", end]
        try openssl(["ca", "-batch", "-notext", "-in", "\(stem).csr", "-out", "\(stem).pem"] + dates)
        return TestCertificate(certificate: "\(stem).pem", key: "\(stem).key")
    }

    /// The first certificate of this name in the place of another: what is at its path is what was at the other's.
    public static func replace(_ old: TestCertificate, by new: TestCertificate) throws {
        for (path, source) in [(old.certificate, new.certificate), (old.key, new.key)] {
            try replace(path, by: source)
        }
    }

    /// Puts a copy of a file at the path of another, in one step.
    public static func replace(_ path: String, by source: String) throws {
        try FileManager.default.copyItem(atPath: source, toPath: "\(path).new")
        guard rename("\(path).new", path) == 0 else { throw FixtureError("cannot replace \(path)") }
    }

    private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]

    private func openssl(_ words: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = [words[0], "-config", "\(folder.path)/ca.conf"] + words.dropFirst()
        process.currentDirectoryURL = URL(filePath: folder.path)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        do {
            try process.run()
        } catch {
            throw FixtureError("cannot start openssl (package openssl): \(error)")
        }
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw FixtureError("openssl \(words[0]): \(String(decoding: said, as: UTF8.self).suffix(300))")
        }
    }
}
