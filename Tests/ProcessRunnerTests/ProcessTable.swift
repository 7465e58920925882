import Glibc
import Testing

/// What /proc says: the tests believe nothing else.
enum ProcessTable {
    struct Entry: Hashable {
        var pid: pid_t
        var parent: pid_t
        var state: Character
        var name: String
        var arguments: [String]
    }

    static func all() -> [Entry] {
        entries(of: "/proc").compactMap { pid_t($0) }.compactMap(entry)
    }

    /// Living processes with this word among their arguments or in their environment.
    static func living(marked mark: String) -> [Entry] {
        all().filter { process in
            process.state != "Z"
                && (process.arguments.contains { $0.contains(mark) }
                    || readFile("/proc/\(process.pid)/environ").map {
                        String(decoding: $0, as: UTF8.self).contains(mark)
                    } == true)
        }
    }

    static func entry(_ pid: pid_t) -> Entry? {
        guard let stat = readFile("/proc/\(pid)/stat").map({ String(decoding: $0, as: UTF8.self) }),
            let open = stat.firstIndex(of: "("), let close = stat.lastIndex(of: ")")
        else { return nil }
        let fields = stat[close...].split(separator: " ")
        guard fields.count > 2, let state = fields[1].first, let parent = pid_t(fields[2]) else { return nil }
        let arguments = (readFile("/proc/\(pid)/cmdline") ?? []).split(separator: 0).map {
            String(decoding: $0, as: UTF8.self)
        }
        return Entry(
            pid: pid,
            parent: parent,
            state: state,
            name: String(stat[stat.index(after: open)..<close]),
            arguments: arguments
        )
    }

    static func descriptorCount() -> Int { entries(of: "/proc/self/fd").count }

    /// This process's resident size in bytes.
    static func residentBytes(of pid: pid_t = getpid()) -> Int {
        let text = String(decoding: readFile("/proc/\(pid)/statm") ?? [], as: UTF8.self)
        return (Int(text.split(separator: " ").dropFirst().first ?? "0") ?? 0) * Int(getpagesize())
    }

    static func entries(of folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}

func readFile(_ path: String) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16 * 1024)
    while case let count = read(file, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
    return bytes
}

/// Asks until the answer is yes; fails the test if it has not become so by the deadline.
func eventually(
    within limit: Duration = .seconds(5),
    _ claim: String,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record("not within \(limit): \(claim)", sourceLocation: sourceLocation)
            return
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}
