import Glibc

extension Demo {
    static func makeFolder() throws -> String {
        var template = Array("/tmp/queuectl-demo-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Failure(.failed, "Cannot make a folder in /tmp: \(String(cString: strerror(errno)))")
        }
        return String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Removes a folder without folders in it.
    static func remove(_ folder: String) {
        guard let directory = opendir(folder) else { return }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { unlink("\(folder)/\(name)") }
        }
        closedir(directory)
        rmdir(folder)
    }

    static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "w") else {
            throw Failure(.failed, "Cannot write \(path): \(String(cString: strerror(errno)))")
        }
        fputs(text, file)
        fclose(file)
    }

    static func absolute(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The lines of log files that tell of one of these jobs, in the order of their times, which they begin with.
    static func lines(of logs: [String], about ids: [String]) -> [String] {
        let all = logs.flatMap { path -> [String] in
            guard let file = fopen(path, "r") else { return [] }
            defer { fclose(file) }
            var lines: [String] = []
            var buffer = [CChar](repeating: 0, count: 4096)
            while fgets(&buffer, Int32(buffer.count), file) != nil {
                let bytes = buffer.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
                lines.append(String(decoding: bytes, as: UTF8.self))
            }
            return lines
        }
        let told = all.filter { line in ids.contains { line.contains(" \($0) ") } }
        return told.enumerated().sorted { ($0.element.prefix(8), $0.offset) < ($1.element.prefix(8), $1.offset) }.map(
            \.element
        )
    }
}
