import Glibc
import TestSupport

/// What some faults need of the machine. A test that cannot have it fails and says so: it must not look as if it had run.
package enum Needs {
    /// To be root.
    package static func root(to purpose: String) throws {
        guard getuid() == 0 else { throw Unexpected("this test needs root to \(purpose): run it as root") }
    }

    /// A program in PATH.
    package static func program(_ name: String, package: String) throws {
        let folders = (getenv("PATH").map { String(cString: $0) } ?? "").split(separator: ":")
        guard folders.contains(where: { access("\($0)/\(name)", X_OK) == 0 }) else {
            throw Unexpected("this test needs \(name): install Debian's package \(package), or see make setup")
        }
    }
}
