import Foundation
import TestSupport

/// A file system of a few megabytes that can be filled up.
package final class SmallDisk: Sendable {
    private let folder: TemporaryFolder

    /// Where it is mounted.
    package let path: String

    private var filler: String { "\(path)/filler" }

    package init(megabytes: Int) throws {
        try Needs.root(to: "mount a small disk")
        folder = try TemporaryFolder()
        path = "\(folder.path)/disk"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try Tool.run("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m,mode=700", "tmpfs", path)
    }

    /// Leaves no byte free.
    package func fill() throws {
        let file = open(filler, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Unexpected("cannot write to the small disk") }
        defer { close(file) }
        let zeros = [UInt8](repeating: 0, count: 4096)
        while write(file, zeros, zeros.count) > 0 {}
    }

    /// Gives the space back.
    package func free() throws {
        try FileManager.default.removeItem(atPath: filler)
    }

    /// Takes it off again, also while files on it are open.
    package func remove() {
        do {
            try Tool.run("umount", "-l", path)
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
        }
    }
}
