import Glibc

/// A client's connection and the one to the server that belongs to it.
final class ProxyPair {
    let client: Int32
    let server: Int32
    var toServer: [UInt8] = []
    var toClient: [UInt8] = []
    /// The last bytes of the requests so far, for a trap.
    var tail: [UInt8] = []
    /// A trap has sprung: the next byte from the server ends it all.
    var isSprung = false
    var isOver = false

    init(client: Int32, server: Int32) {
        self.client = client
        self.server = server
    }

    deinit {
        close(client)
        close(server)
    }

    /// Reads what is there. Nil at the end of the stream.
    static func read(_ descriptor: Int32) -> [UInt8]? {
        let bytes = [UInt8](unsafeUninitializedCapacity: 64 * 1024) { buffer, count in
            count = max(0, recv(descriptor, buffer.baseAddress, buffer.count, 0))
        }
        return bytes.isEmpty ? nil : bytes
    }

    /// Writes what the kernel takes. False if the peer has gone.
    static func write(_ descriptor: Int32, _ bytes: inout [UInt8]) -> Bool {
        guard !bytes.isEmpty else { return true }
        let count = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        if count < 0 { return errno == EAGAIN || errno == EINTR }
        bytes.removeFirst(count)
        return true
    }
}
