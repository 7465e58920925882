import Glibc

/// What the kernel says of a process.
struct ProcessStatus {
    let processorTime: Double
    let residentBytes: Double
    let ownBytes: Double

    init(_ pid: pid_t) throws {
        // The name in parentheses may hold spaces; after it, the 12th and 13th fields are times.
        let stat = try text(ofFile: "/proc/\(pid)/stat")
        let fields = stat.drop { $0 != ")" }.split(separator: " ")
        let ticks = try number(String(fields[12])) + number(String(fields[13]))
        processorTime = ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
        let pages = try text(ofFile: "/proc/\(pid)/statm").split(separator: " ")
        let page = Double(sysconf(Int32(_SC_PAGESIZE)))
        residentBytes = try number(String(pages[1])) * page
        ownBytes = try (number(String(pages[1])) - number(String(pages[2]))) * page
    }

    /// The children of a process, by its first thread and all others.
    static func children(of pid: pid_t) throws -> [pid_t] {
        try entries(of: "/proc/\(pid)/task").flatMap { thread in
            try text(ofFile: "/proc/\(pid)/task/\(thread)/children").split(separator: " ").compactMap { pid_t($0) }
        }
    }

    private static func entries(of path: String) throws -> [String] {
        guard let folder = opendir(path) else { throw ChildFailure(description: "cannot read \(path)") }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }
}
