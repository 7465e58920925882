import Glibc

/// Files worth compressing, found in a folder.
enum RealFiles {
    /// Up to `limit` regular files of 1 KiB to 4 MiB below a folder, hidden ones left out, in the order of their paths.
    static func find(in folder: String, limit: Int) -> [String] {
        var found: [String] = []
        var folders = [folder]
        while let next = folders.popLast(), found.count < limit {
            for name in names(in: next) where found.count < limit {
                let path = "\(next)/\(name)"
                var status = stat()
                guard lstat(path, &status) == 0 else { continue }
                switch status.st_mode & S_IFMT {
                case S_IFDIR: folders.append(path)
                case S_IFREG where (1024...4_194_304).contains(status.st_size) && access(path, R_OK) == 0:
                    found.append(path)
                default: break
                }
            }
        }
        return found
    }

    /// How many bytes a file has; 0 if there is none.
    static func size(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    private static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
