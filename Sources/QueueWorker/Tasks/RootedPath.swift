import Glibc

/// Paths that have to stay below a folder, whatever links there are.
///
/// What is found is true at the moment of asking. Who can write below the folder can change it afterwards.
enum RootedPath {
    /// The path with all links followed, if it is the root or below it. The last part need not exist unless `mustExist`, but must not
    /// be a link that leads nowhere.
    ///
    /// - Parameters:
    ///   - path: Absolute, or relative to the root; without NUL.
    ///   - root: Absolute.
    /// - Returns: The path, or what is wrong with it.
    static func resolve(_ path: String, below root: String, mustExist: Bool) -> Result<String, Problem> {
        guard let realRoot = real(root) else {
            return .failure(Problem(text: "its root \(root) cannot be entered: \(reason())"))
        }
        let whole = path.hasPrefix("/") ? path : root + "/" + path
        var resolved = real(whole)
        if resolved == nil, errno == ENOENT, !mustExist { resolved = realOfNew(whole) }
        guard let resolved else { return .failure(Problem(text: "does not lead to anything: \(reason())")) }
        guard resolved == realRoot || resolved.hasPrefix(realRoot == "/" ? "/" : realRoot + "/") else {
            return .failure(Problem(text: "leads out of \(root)"))
        }
        return .success(resolved)
    }

    struct Problem: Error {
        let text: String
    }

    /// The path of something that is not there yet, in a folder that is.
    private static func realOfNew(_ path: String) -> String? {
        guard let slash = path.lastIndex(of: "/") else { return nil }
        let name = path[path.index(after: slash)...]
        guard !name.isEmpty, name != ".", name != "..", let folder = real(String(path[..<slash]) + "/") else {
            return nil
        }
        let resolved = folder == "/" ? "/" + name : folder + "/" + name
        var status = stat()
        // A link whose target is missing: it would be made wherever that is.
        guard lstat(resolved, &status) != 0 else {
            errno = ENOENT
            return nil
        }
        return resolved
    }

    private static func real(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
