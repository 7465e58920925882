import Glibc
import ProcessRunner

/// A user of this machine, as a process needs it.
struct UserAccount: Sendable, Hashable {
    let name: String
    let uid: UInt32
    let gid: UInt32
    /// The further groups.
    let groups: [UInt32]
    let home: String
    let shell: String

    /// Looks a user up by name. Blocks: the answer may come from a directory.
    ///
    /// - Returns: Nil if there is none.
    init?(named name: String) {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 65_536)
        guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        var count = Int32(64)
        var groups = [gid_t](repeating: 0, count: Int(count))
        while getgrouplist(name, entry.pw_gid, &groups, &count) < 0 {
            // It says how many there are, if the room does not suffice.
            count = max(count, Int32(groups.count) * 2)
            groups = [gid_t](repeating: 0, count: Int(count))
        }
        self.name = name
        uid = entry.pw_uid
        gid = entry.pw_gid
        self.groups = groups.prefix(Int(count)).map { UInt32($0) }
        home = String(cString: entry.pw_dir)
        shell = String(cString: entry.pw_shell)
    }

    /// For a process. Nil where the worker is this user already and nothing but that.
    var identity: ProcessIdentity? {
        geteuid() == 0 ? ProcessIdentity(user: uid, group: gid, groups: groups) : nil
    }

    /// What its jobs inherit of the worker's environment: what is about the worker's user is about this one, or left out.
    func environment(from inherited: [String: String]) -> [String: String] {
        var environment = inherited.filter { !$0.key.hasPrefix("XDG_") && !["TMPDIR", "PATH"].contains($0.key) }
        environment["PATH"] = JobEnvironment.usualPath
        environment["SHELL"] = shell
        environment["HOME"] = home
        environment["USER"] = name
        environment["LOGNAME"] = name
        return environment
    }
}
