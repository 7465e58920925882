import Glibc

/// Why a connection that stood came to its end.
struct LinkFailure: Error {
    let reason: String
    var isProtocolViolation = false
}

/// What one look at a connection brought.
struct Arrival {
    var replies: [RESPValue] = []
    var end: LinkFailure?
}

/// An open connection: what still has to be written, and the replies read. Belongs to one thread.
///
/// Neither direction ever blocks, so a large write cannot deadlock with a large reply.
final class Link {
    /// What was dialled.
    let address: RedisAddress

    private let socket: Socket
    private let reader: ReplyReader
    private var outgoing: [UInt8] = []
    private var outgoingStart = 0

    /// How many bytes the kernel has taken since the connection was opened.
    private(set) var written = 0

    init(_ socket: Socket, to address: RedisAddress) throws(DialFailure) {
        guard let reader = ReplyReader() else { throw .unreachable("out of memory") }
        self.address = address
        self.socket = socket
        self.reader = reader
    }

    var descriptor: Int32 { socket.descriptor }
    var unwritten: Int { outgoing.count - outgoingStart }

    /// Queues a command for writing.
    func enqueue(_ command: RedisCommand) {
        command.encode(into: &outgoing)
    }

    /// Writes as much as the kernel takes now.
    func flush() throws(LinkFailure) {
        while unwritten > 0 {
            let count = outgoing.withUnsafeBytes { raw in
                // MSG_NOSIGNAL: a peer that has gone is an error here, not a SIGPIPE for the whole process.
                send(descriptor, raw.baseAddress?.advanced(by: outgoingStart), unwritten, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                outgoingStart += count
                written += count
            } else if errno == EAGAIN || errno == EWOULDBLOCK {
                break
            } else if errno != EINTR {
                throw LinkFailure(reason: systemMessage(errno))
            }
        }
        if unwritten == 0 {
            outgoing.removeAll(keepingCapacity: outgoing.capacity <= 1 << 20)
            outgoingStart = 0
        } else if outgoingStart > 1 << 20 {
            outgoing.removeFirst(outgoingStart)
            outgoingStart = 0
        }
    }

    /// Reads what has arrived. Replies that came before the end of the connection come with that end.
    func receive(into buffer: UnsafeMutableRawBufferPointer) -> Arrival {
        var arrival = Arrival()
        // Bounded, so that an endless stream of replies does not keep deadlines and writes waiting.
        for _ in 0..<16 {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 {
                do {
                    try reader.feed(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                    while let reply = try reader.next() { arrival.replies.append(reply) }
                } catch {
                    arrival.end = LinkFailure(reason: error.reason, isProtocolViolation: true)
                    return arrival
                }
                if count < buffer.count { return arrival }
            } else if count == 0 {
                arrival.end = LinkFailure(reason: "closed by the server")
                return arrival
            } else if errno == EAGAIN || errno == EWOULDBLOCK {
                return arrival
            } else if errno != EINTR {
                arrival.end = LinkFailure(reason: systemMessage(errno))
                return arrival
            }
        }
        return arrival
    }
}
