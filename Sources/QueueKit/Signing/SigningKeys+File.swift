import RedisClient

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension SigningKeys {
    /// Reads a file of keys (``init(text:)``). One that others can read, or the group can change, holds no secrets: it is refused.
    ///
    /// - Throws: ``SigningKeyError``, which names the file.
    public init(path: String) throws(SigningKeyError) {
        let name = TerminalText.escape(path)
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw SigningKeyError("Cannot read the signing keys \(name): \(systemMessage(errno))") }
        defer { close(file) }
        var status = stat()
        // What is open is asked, not what has that name by now.
        guard fstat(file, &status) == 0 else {
            throw SigningKeyError("Cannot read the signing keys \(name): \(systemMessage(errno))")
        }
        guard status.st_mode & 0o027 == 0 else {
            throw SigningKeyError(
                "Cannot use the signing keys \(name): others can read it, or the group can change it; chmod g-w,o= it"
            )
        }
        do throws(SigningKeyError) {
            try self.init(text: Self.bytes(of: file))
        } catch {
            throw SigningKeyError("Cannot use the signing keys \(name): \(error)")
        }
    }

    private static func bytes(of file: Int32) throws(SigningKeyError) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(file, &buffer, buffer.count)
            if count == 0 { return bytes }
            if count > 0 { bytes += buffer[..<count] }
            guard count > 0 || errno == EINTR else { throw SigningKeyError(systemMessage(errno)) }
            guard bytes.count <= fileBytes else {
                throw SigningKeyError("it has more than \(ByteSizeText.rounded(fileBytes))")
            }
        }
    }
}
