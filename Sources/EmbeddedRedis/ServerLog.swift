import Glibc

/// The log of an embedded server, and what it said since a start.
struct ServerLog {
    static let longest = 1 << 20

    let path: String
    /// Where the log ended when the start began.
    let offset: Int

    /// Sets a log that has grown long aside (one is kept), and remembers where it ends now.
    init(beforeStart directory: DataDirectory) {
        path = directory.log
        var info = stat()
        let size = stat(path, &info) == 0 ? Int(info.st_size) : 0
        if size > Self.longest {
            rename(path, path + ".1")
            offset = 0
        } else {
            offset = size
        }
    }

    /// The last lines that were written since.
    var tail: [String] {
        let text = readFile(path, last: 4096, from: offset) ?? ""
        return text.split(whereSeparator: \.isNewline).suffix(8).map(String.init)
    }

    /// Whether the server found the end of its append-only file torn, and cut the file.
    var saysFileWasCut: Bool {
        readFile(path, last: 1 << 16, from: offset)?.contains("Truncating the AOF") == true
    }

    /// The last line without its process id and time: `123:M 21 Nov 2026 09:26:59.120 # What went wrong`.
    static func reason(in tail: [String]) -> String? {
        guard let line = tail.last else { return nil }
        for mark in [" # ", " * ", " - "] {
            let parts = line.split(separator: mark, maxSplits: 1)
            if parts.count == 2, parts[0].contains(":") { return String(parts[1]) }
        }
        return line
    }
}
