import Foundation
import Synchronization

/// A fresh folder directly under /tmp (socket paths must stay short), mode 0700, removed with its last reference.
///
/// What an earlier test process left behind because it was killed is removed when the next one makes its first folder.
public final class TemporaryFolder: Sendable {
    /// The folder, without a slash at its end.
    public let path: String

    private static let prefix = "qctl-"
    private static let next = Atomic(0)
    private static let sweepOnce: Void = sweep()

    /// Makes the folder.
    public init() throws {
        _ = Self.sweepOnce
        let number = Self.next.wrappingAdd(1, ordering: .relaxed).newValue
        path = "/tmp/\(Self.prefix)\(getpid())-\(number)"
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
    }

    deinit {
        remove()
    }

    /// Removes the folder now. Harmless when repeated.
    public func remove() {
        guard FileManager.default.fileExists(atPath: path) else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            FileHandle.standardError.write(Data("cannot remove \(path): \(error)\n".utf8))
        }
    }

    private static func sweep() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/tmp")) ?? []
        for name in names where name.hasPrefix(prefix) {
            // Nothing at /tmp/qctl-<pid>-<n> is in use once that process has gone.
            guard let pid = name.dropFirst(prefix.count).split(separator: "-").first.flatMap({ Int32($0) }),
                kill(pid, 0) != 0, errno == ESRCH
            else { continue }
            try? FileManager.default.removeItem(atPath: "/tmp/\(name)")
        }
    }
}
