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
            return .failure(
                Problem(text: "has the root \(root), which cannot be entered: \(reason())", isTransient: true)
            )
        }
        let whole = path.beginsWithBytes(of: "/") ? path : root + "/" + path
        var resolved = real(whole)
        if resolved == nil, errno == ENOENT, !mustExist { resolved = realOfNew(whole) }
        guard let resolved else {
            let isTransient = !isAboutPath(errno)
            return .failure(Problem(text: "does not lead to anything: \(reason())", isTransient: isTransient))
        }
        let inside = realRoot.isByteEqual(to: "/") ? realRoot : realRoot + "/"
        guard resolved.isByteEqual(to: realRoot) || resolved.beginsWithBytes(of: inside) else {
            return .failure(Problem(text: "leads out of \(root)", isTransient: false))
        }
        return .success(resolved)
    }

    struct Problem: Error {
        let text: String
        /// Whether it is about the machine, not about the path: something is not mounted, or a disk fails.
        let isTransient: Bool
    }

    /// The path of something that is not there yet, in a folder that is.
    private static func realOfNew(_ path: String) -> String? {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
        let name = path[path.utf8.index(after: slash)...]
        guard !name.isEmpty, name != ".", name != "..", let folder = real(String(path[..<slash]) + "/") else {
            return nil
        }
        let resolved = folder.isByteEqual(to: "/") ? "/" + name : folder + "/" + name
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
        // Mended, it would be the name of something else.
        guard let text = String(validatingCString: found) else {
            errno = EILSEQ
            return nil
        }
        return text
    }

    /// Whether another path could do better: anything else has to be mended on the machine.
    private static func isAboutPath(_ code: Int32) -> Bool {
        [ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG, EILSEQ].contains(code)
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
