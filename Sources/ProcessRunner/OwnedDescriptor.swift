import CSpawn
import Glibc

/// A descriptor that is closed when it goes out of scope.
struct OwnedDescriptor: ~Copyable {
    let number: Int32

    /// Takes the result of a call that answers less than 0 on failure.
    init?(_ number: Int32) {
        guard number >= 0 else { return nil }
        self.number = number
    }

    /// A file in memory with these bytes, positioned at its start. `nil`: see errno.
    init?(memoryFile bytes: [UInt8]) {
        self.init(bytes.withUnsafeBytes { qc_memory_file($0.baseAddress, $0.count) })
    }

    deinit { close(number) }
}
