import Glibc

/// The control group (version 2) that a guardian has for its minders: `queuectl-<pid>.<namespace>.<n>` below the worker's own.
///
/// The guardian removes it when it ends. When it was killed together with the worker the next worker does, and kills what is
/// left in it.
struct GroupBase {
    private static let prefix = "queuectl-"
    private let parent: String
    /// Which numbers processes have here: others may share the group, and have other numbers.
    private let namespace: String

    /// - Parameter parent: The worker's own group, as a folder. `nil`: there is none, or none is wanted.
    init?(below parent: String?) {
        var link = [CChar](repeating: 0, count: 64)
        let length = readlink("/proc/self/ns/pid", &link, link.count)
        guard let parent, length > 0 else { return nil }
        self.parent = parent
        // "pid:[4026531836]"
        namespace = String(decoding: link[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self).filter(\.isNumber)
    }

    /// Makes an empty one. `nil` where this worker may not: only root, and whom root has given a group, may.
    func make() -> String? {
        removeAbandoned()
        for number in 1...100 {
            let path = "\(parent)/\(Self.prefix)\(getpid()).\(namespace).\(number)"
            if mkdir(path, 0o755) == 0 { return path }
            guard errno == EEXIST else { return nil }
        }
        return nil
    }

    /// Ends what workers that are gone have left behind.
    private func removeAbandoned() {
        end(names(in: parent).filter(isAbandoned).map { "\(parent)/\($0)" })
    }

    /// Kills what is left in these, and removes them. Takes 100 ms at worst: what has not died then, the next worker meets.
    func end(_ paths: [String]) {
        for path in paths { killAll(in: path) }
        for _ in 0..<20 where !paths.allSatisfy(remove) { usleep(5000) }
    }

    private func isAbandoned(_ name: String) -> Bool {
        let parts = name.dropFirst(Self.prefix.count).split(separator: ".")
        guard name.hasPrefix(Self.prefix), parts.count == 3, let pid = pid_t(parts[0]), pid > 0 else { return false }
        return parts[1] == namespace && kill(pid, 0) != 0 && errno == ESRCH
    }

    private func killAll(in path: String) {
        guard let file = OwnedDescriptor(open(path + "/cgroup.kill", O_WRONLY | O_CLOEXEC)) else { return }
        _ = write(file.number, "1", 1)
    }

    /// Removes a group with all below it. Returns whether it is gone.
    private func remove(_ path: String) -> Bool {
        if rmdir(path) == 0 || errno == ENOENT { return true }
        for name in names(in: path) where rmdir("\(path)/\(name)") != 0 && errno == EBUSY {
            _ = remove("\(path)/\(name)")
        }
        return rmdir(path) == 0
    }

    /// The folders in a folder.
    private func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            guard entry.pointee.d_type == UInt8(DT_DIR) else { continue }
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}
