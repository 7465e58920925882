import Glibc
import QueueKit

extension WorkerID {
    /// A new id for this process.
    ///
    /// - Parameter host: The name of the machine; nil for what the kernel says. In containers that is often one that
    ///   nobody knows, and new with every start.
    public static func ofThisProcess(onHost host: String? = nil) -> WorkerID {
        let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789")
        let random = String((0..<6).map { _ in alphabet[Int.random(in: alphabet.indices)] })
        return WorkerID(host: host ?? nameOfThisHost(), pid: getpid(), random: random)
    }

    private static func nameOfThisHost() -> String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return host.isEmpty ? "localhost" : host
    }
}
