import Glibc

/// Files that tests write in order to execute them.
public enum ProgramFile {
    /// fcntl's F_SETLEASE, which the Glibc module does not have.
    private static let setLease: Int32 = 1024

    /// Writes a program, and returns when it can be executed.
    ///
    /// A fork that happens meanwhile, for another test, has a copy of the descriptor until it executes its own program; as
    /// long as a file is open for writing anywhere, executing it fails with ETXTBSY. The kernel grants a lease for reading
    /// only when nobody has it open so.
    public static func write(_ content: some Collection<UInt8>, to path: String, mode: mode_t = 0o755) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        let bytes = Array(content)
        let written = Glibc.write(file, bytes, bytes.count)
        // Beyond the umask, and beyond what open takes.
        guard file >= 0, written == bytes.count, fchmod(file, mode) == 0, close(file) == 0 else {
            throw FixtureError("cannot write \(path): \(String(cString: strerror(errno)))")
        }
        let reader = open(path, O_RDONLY | O_CLOEXEC)
        defer { close(reader) }
        for _ in 0..<5000 {
            if fcntl(reader, setLease, F_RDLCK) == 0 { return }
            usleep(2000)
        }
        throw FixtureError("\(path) stays open for writing: \(String(cString: strerror(errno)))")
    }

    /// Writes a script.
    public static func write(_ text: String, to path: String) throws {
        try write(text.utf8, to: path)
    }
}
