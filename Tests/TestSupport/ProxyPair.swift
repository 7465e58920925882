import Glibc

/// A client's connection and the one to the server that belongs to it.
final class ProxyPair {
    let client: Int32
    let server: Int32
    var toServer: [UInt8] = []
    var toClient: [UInt8] = []
    /// The last bytes of the requests so far, for a trap.
    var tail: [UInt8] = []
    /// A trap has sprung: with the next byte from the server the client is dismissed.
    var isSprung = false
    /// Then the whole proxy freezes too.
    var freezesAll = false
    /// The client has closed or was dismissed; what it sent before still goes to the server.
    var clientIsGone = false
    var isOver = false

    init(client: Int32, server: Int32) {
        self.client = client
        self.server = server
    }

    /// Ends the client's connection while the server goes on with what it was sent.
    func dismissClient() {
        shutdown(client, Int32(SHUT_RDWR))
        clientIsGone = true
        toClient = []
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
