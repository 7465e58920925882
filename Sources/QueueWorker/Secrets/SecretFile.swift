import Glibc
import QueueKit

/// A file that holds a secret.
enum SecretFile {
    struct Problem: Error {
        let text: String
        /// Whether it leads out of the folder: what is there is none of the job's business.
        var isWayOut = false

        init(_ text: String, isWayOut: Bool = false) {
            self.text = text
            self.isWayOut = isWayOut
        }

        fileprivate static func system(_ code: Int32) -> Problem { Problem(String(cString: strerror(code))) }
    }

    /// `O_PATH`, which the Glibc module leaves out: a descriptor that stands for a file and cannot read it.
    private static let onlyPath: Int32 = 0o10000000

    /// Reads a file, less the newline at its end.
    ///
    /// Links may be followed as long as they stay below the folder: secrets that Kubernetes mounts are links. What the path leads to is
    /// held by a descriptor that cannot read, looked at, and only then opened by way of that: nothing can be put in its place meanwhile,
    /// and no device or pipe is opened to find out that it is one.
    ///
    /// - Parameters:
    ///   - path: Absolute, or relative to the folder.
    ///   - folder: What a relative path has to stay below.
    static func read(_ path: String, below folder: String?, atMost limit: Int) throws(Problem) -> String {
        let held: Descriptor
        if path.hasPrefix("/") {
            held = try Descriptor(AT_FDCWD, path, Self.onlyPath)
        } else {
            guard let folder else {
                throw Problem("the worker keeps no files for secrets; start it with --secrets-dir")
            }
            let root: Descriptor
            do throws(Problem) {
                root = try Descriptor(AT_FDCWD, folder, Self.onlyPath | O_DIRECTORY)
            } catch {
                throw Problem("cannot enter \(TerminalText.escape(folder)): \(error.text)")
            }
            held = try Descriptor(root.number, path, Self.onlyPath)
            guard let place = held.path, let top = root.path, place.beginsWithBytes(of: top == "/" ? "/" : top + "/")
            else {
                throw Problem("leads out of \(TerminalText.escape(folder))", isWayOut: true)
            }
        }
        var status = stat()
        guard fstat(held.number, &status) == 0 else { throw .system(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Problem("it is no regular file") }
        let file = try Descriptor(AT_FDCWD, held.link, O_RDONLY)
        let bytes = try file.read(atMost: limit + 1)
        guard bytes.count <= limit else { throw Problem("it has more than \(limit) bytes") }
        return try text(of: bytes)
    }

    /// The value in a file: text that an environment can hold.
    private static func text(of bytes: [UInt8]) throws(Problem) -> String {
        if bytes.contains(0) { throw Problem("it contains a NUL, which no variable can hold") }
        var value = bytes[...]
        // Editors, and echo, end a file by one; it is no part of the secret.
        if value.last == UInt8(ascii: "\n") {
            value.removeLast()
            if value.last == UInt8(ascii: "\r") { value.removeLast() }
        }
        guard let text = String(validating: value, as: UTF8.self) else { throw Problem("it is no text in UTF-8") }
        return text
    }

    /// An open file, which is closed with the last reference.
    private final class Descriptor {
        let number: Int32

        init(_ base: Int32, _ path: String, _ flags: Int32) throws(Problem) {
            number = openat(base, path, flags | O_CLOEXEC)
            if number < 0 { throw .system(errno) }
        }

        deinit { close(number) }

        /// What leads to exactly this file.
        var link: String { "/proc/self/fd/\(number)" }

        /// Where it is, with all links followed.
        var path: String? {
            var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX) + 1)
            let count = buffer.withUnsafeMutableBytes { buffer in
                buffer.bindMemory(to: CChar.self).baseAddress.map { readlink(link, $0, buffer.count) } ?? -1
            }
            return count > 0 ? String(validating: buffer[..<count], as: UTF8.self) : nil
        }

        func read(atMost limit: Int) throws(Problem) -> [UInt8] {
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: limit)
            while bytes.count < limit {
                let count = Glibc.read(number, &buffer, limit - bytes.count)
                if count < 0, errno == EINTR { continue }
                if count < 0 { throw .system(errno) }
                if count == 0 { break }
                bytes += buffer[..<count]
            }
            return bytes
        }
    }
}
