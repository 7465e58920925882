import Glibc
import QueueKit

extension WorkerID {
    /// A new id for this process on this host.
    public static func ofThisProcess() -> WorkerID {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789")
        let random = String((0..<6).map { _ in alphabet[Int.random(in: alphabet.indices)] })
        return WorkerID(host: host.isEmpty ? "localhost" : host, pid: getpid(), random: random)
    }
}
