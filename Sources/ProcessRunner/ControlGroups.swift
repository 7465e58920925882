import Glibc

/// Where a process is in the kernel's control groups, as folders of this file system.
struct ControlGroups: Equatable {
    /// Its folder in version 2, which hybrid systems mount beside version 1. `nil`: not to be seen from here.
    let unified: String?
    /// Its folder in the hierarchy of version 1 that has the memory controller.
    let memory: String?

    /// - Parameters:
    ///   - mounts: What `/proc/self/mountinfo` says.
    ///   - membership: What `/proc/self/cgroup` says.
    init(mounts: String, membership: String) {
        var unified: String?
        var memory: String?
        for line in mounts.split(separator: "\n") {
            // id parent device root mountpoint options [tags...] - type source options
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 3 else { continue }
            let isMemory = fields[dash + 3].split(separator: ",").contains("memory")
            let type = fields[dash + 1]
            guard type == "cgroup2" || (type == "cgroup" && isMemory) else { continue }
            let controller = type == "cgroup2" ? "" : "memory"
            let folder = Self.path(controller, in: membership).flatMap {
                Self.folder($0, root: Self.unescape(fields[3]), mountPoint: Self.unescape(fields[4]))
            }
            if type == "cgroup2" { unified = unified ?? folder } else { memory = memory ?? folder }
        }
        self.unified = unified
        self.memory = memory
    }

    /// Those of this process.
    static func own() -> ControlGroups {
        ControlGroups(mounts: textOfFile("/proc/self/mountinfo"), membership: textOfFile("/proc/self/cgroup"))
    }

    /// The path of a hierarchy in lines of `id:controllers:path`. Version 2 has no controllers.
    private static func path(_ controller: String, in membership: String) -> Substring? {
        for line in membership.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            if parts[1] == controller || parts[1].split(separator: ",").contains(Substring(controller)) {
                return parts[2]
            }
        }
        return nil
    }

    /// A container may see a part of the hierarchy only: `root` is what is mounted.
    private static func folder(_ path: Substring, root: String, mountPoint: String) -> String? {
        guard root != "/" else { return path == "/" ? mountPoint : mountPoint + path }
        guard path == root || path.hasPrefix(root + "/") else { return nil }
        return mountPoint + path.dropFirst(root.count)
    }

    /// The kernel writes blanks and backslashes as three octal digits.
    private static func unescape(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8) {
                bytes.append(code)
                rest = rest.dropFirst(digits.count)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// What a file holds; nothing if it cannot be read.
private func textOfFile(_ path: String) -> String {
    guard let file = OwnedDescriptor(open(path, O_RDONLY | O_CLOEXEC)) else { return "" }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let count = read(file.number, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
    return String(decoding: bytes, as: UTF8.self)
}
