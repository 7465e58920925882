import Glibc

/// Why a connection that stood came to its end.
struct LinkFailure: Error {
    enum Kind {
        /// It was closed, or broke down.
        case transport
        /// What came is not the Redis protocol.
        case protocolViolation
        /// One side does not trust the other, or they do not understand each other's TLS.
        case tls
    }

    let reason: String
    var kind = Kind.transport
}

/// What came of one attempt to send or to read.
enum Moved {
    /// So many bytes, one or more.
    case bytes(Int)
    case notNow
    case ended(LinkFailure)
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
    /// Nil for a connection without TLS, which pays nothing for it.
    private let tls: TLSSession?
    private let reader: ReplyReader
    private var outgoing: [UInt8] = []
    private var outgoingStart = 0

    /// How many bytes of commands the kernel has taken since the connection was opened.
    private(set) var written = 0

    init(_ socket: Socket, _ tls: TLSSession? = nil, to address: RedisAddress) throws(DialFailure) {
        guard let reader = ReplyReader() else { throw .unreachable("out of memory") }
        self.address = address
        self.socket = socket
        self.tls = tls
        self.reader = reader
    }

    var descriptor: Int32 { socket.descriptor }
    var unwritten: Int { outgoing.count - outgoingStart }

    /// What to poll for.
    var events: Int16 {
        let waitsForRoom = unwritten > 0 && tls?.writeWaitsForInput != true
        return Int16(waitsForRoom || tls?.readWaitsForRoom == true ? POLLIN | POLLOUT : POLLIN)
    }

    /// Whether to call `receive` again without polling.
    var holdsMore: Bool { tls?.holdsMore ?? false }

    /// Whether the server has asked for a certificate, and got none.
    var isAskedForCertificate: Bool { tls?.isAskedForCertificate ?? false }

    /// How it is secured; nil if it is not.
    var security: RedisSecurity? { tls?.security }

    /// Queues a command for writing.
    func enqueue(_ command: RedisCommand) {
        command.encode(into: &outgoing)
    }

    /// Writes as much as the kernel takes now.
    func flush() throws(LinkFailure) {
        sending: while unwritten > 0 {
            let moved = outgoing.withUnsafeBytes { raw in
                let rest = UnsafeRawBufferPointer(rebasing: raw[outgoingStart...])
                return tls?.write(rest) ?? socket.write(rest)
            }
            switch moved {
            case .bytes(let count):
                outgoingStart += count
                written += count
            case .notNow: break sending
            case .ended(let failure): throw failure
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
            switch tls?.read(into: buffer) ?? socket.read(into: buffer) {
            case .bytes(let count):
                do {
                    try reader.feed(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                    while let reply = try reader.next() { arrival.replies.append(reply) }
                } catch {
                    arrival.end = LinkFailure(reason: error.reason, kind: .protocolViolation)
                    return arrival
                }
                if count < buffer.count { return arrival }
            case .notNow: return arrival
            case .ended(let failure):
                arrival.end = failure
                return arrival
            }
        }
        return arrival
    }
}
