import Foundation
import TestSupport

extension Bench {
    /// A secret, in hex.
    static let secret = String(repeating: "5e", count: 32)

    /// Writes a file of two signing keys: `keys`, in the folder that programs run in.
    func writeSigningKeys() throws {
        let path = "\(folder.path)/keys"
        let text = "# ours\nfirst \(Self.secret)\nsecond \(String(repeating: "a1", count: 32))\n"
        try Data(text.utf8).write(to: URL(filePath: path))
        chmod(path, 0o600)
    }
}
