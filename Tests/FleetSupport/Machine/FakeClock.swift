import Foundation
import TestSupport

/// The time of day of one process, which can be set while it runs. Its other clocks go on as they do.
package final class FakeClock: Sendable {
    private let folder: TemporaryFolder
    private let library: String

    /// Made with an offset such as `+0`, `-1h`.
    package init(_ offset: String) throws {
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []
        let candidates = folders.map { "/usr/lib/\($0)/faketime/libfaketime.so.1" }
        guard let found = candidates.first(where: { access($0, R_OK) == 0 }) else {
            throw Unexpected("this test needs libfaketime: install Debian's package faketime, or run make setup")
        }
        library = found
        folder = try TemporaryFolder()
        try set(offset)
    }

    /// Steps to another offset from the machine's time.
    package func set(_ offset: String) throws {
        try Data("\(offset)\n".utf8).write(to: URL(filePath: "\(folder.path)/offset"), options: .atomic)
    }

    /// The words before a command that is to go by this clock.
    package var wrapper: [String] {
        // jemalloc, which redis-server uses, asks for the time before faketime is ready to tell it: the C library's
        // own allocator comes first.
        [
            "env", "LD_PRELOAD=\(library) libc.so.6", "FAKETIME_TIMESTAMP_FILE=\(folder.path)/offset",
            "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1",
            // Without one it sets this variable itself, which moves the environment away from the arguments, where
            // Swift programs look for them. Nothing has to be there.
            "FAKETIME_SHARED=/none /none",
        ]
    }
}
