import Glibc
import Synchronization

/// Tells whether the kernel has killed somebody for want of memory while a run lasted.
///
/// The kernel does not say whom, but it counts: for the worker's control group where that has the memory controller (its runs
/// are in it), else for the whole machine. Reading the count costs more than starting a run may, so it is read at most once a
/// second for those that begin, and again for one that was killed by nobody we know.
final class OutOfMemoryWatch: Sendable {
    private let file: Int32
    private let last: Mutex<(count: Int, time: ContinuousClock.Instant)>

    init(_ groups: ControlGroups) {
        let candidates = [
            groups.unified.map { $0 + "/memory.events" }, groups.memory.map { $0 + "/memory.oom_control" },
            "/proc/vmstat",
        ]
        file = candidates.lazy.compactMap { $0 }.map { open($0, O_RDONLY | O_CLOEXEC) }.first { $0 >= 0 } ?? -1
        last = Mutex((0, .now))
        refresh()
    }

    deinit {
        if file >= 0 { close(file) }
    }

    /// The count when a run begins, at most a second old.
    func baseline() -> Int {
        let isOld = last.withLock { $0.time.duration(to: .now) > .seconds(1) }
        if isOld { refresh() }
        return last.withLock { $0.count }
    }

    /// Whether the kernel has killed since then.
    func hasKilled(since baseline: Int) -> Bool {
        refresh()
        return last.withLock { $0.count } > baseline
    }

    private func refresh() {
        guard let count = count() else { return }
        last.withLock { last in
            // Two threads may have read, and the later answer come first.
            last = (max(last.count, count), .now)
        }
    }

    /// The number in the line that begins with `oom_kill `.
    private func count() -> Int? {
        guard file >= 0 else { return nil }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let size = pread(file, &buffer, buffer.count, text.count), size > 0 { text += buffer[..<size] }
        let key = Array("oom_kill ".utf8)
        let line = text.split(separator: UInt8(ascii: "\n")).first { $0.starts(with: key) }
        return line.flatMap { Int(String(decoding: $0.dropFirst(key.count), as: UTF8.self)) }
    }
}
