import TestSupport
import Testing

@testable import RedisClient

/// Whatever a server sends: no trap, no hang, and what is whole comes out whole.
@Suite(.timeLimit(.minutes(3))) struct ReplyFuzzTests {
    private static let cases = 100_000

    /// Reads a stream in pieces of these lengths, the rest in one.
    private func read(_ bytes: [UInt8], pieces: [Int]) -> (replies: [RESPValue], violation: String?) {
        guard let reader = ReplyReader() else { return ([], "no memory") }
        var replies: [RESPValue] = []
        var rest = bytes[...]
        do throws(ProtocolViolation) {
            for length in pieces + [bytes.count] {
                let piece = Array(rest.prefix(length))
                rest = rest.dropFirst(length)
                try piece.withUnsafeBytes { raw in
                    Result { () throws(ProtocolViolation) in try reader.feed(raw) }
                }.get()
                while let reply = try reader.next() { replies.append(reply) }
            }
        } catch {
            return (replies, error.reason)
        }
        return (replies, nil)
    }

    @Test func repliesComeOutAsTheyWereSentHoweverTheyAreCut() {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<Self.cases / 20 {
            let replies = (0...Int.random(in: 0...2, using: &random)).map { _ in RandomReply.value(depth: 3, &random) }
            let bytes = replies.flatMap(RandomReply.encoded)
            let cuts = (0..<20).map { _ in Int.random(in: 0...bytes.count, using: &random) }
            for cut in cuts {
                let (read, violation) = read(bytes, pieces: [cut])
                guard read == replies, violation == nil else {
                    Issue.record("\(String(decoding: bytes, as: UTF8.self).debugDescription) cut at \(cut): \(read)")
                    return
                }
            }
        }
        let all = Array("*2\r\n$3\r\nfoo\r\n*3\r\n:1\r\n+OK\r\n-ERR x\r\n".utf8)
        for cut in 0...all.count { #expect(read(all, pieces: [cut]).replies.count == 1) }
    }

    @Test func anythingAtAllIsReadOrRefused() {
        var random = SeededGenerator(seed: 2)
        var (whole, refused) = (0, 0)
        for _ in 0..<Self.cases {
            var bytes = RandomReply.encoded(RandomReply.value(depth: 2, &random))
            for _ in 0...Int.random(in: 0...3, using: &random) { RandomReply.damage(&bytes, &random) }
            let (replies, violation) = read(bytes, pieces: [Int.random(in: 0...bytes.count, using: &random)])
            if let violation {
                refused += 1
                #expect(!violation.isEmpty)
            }
            whole += replies.count
            for reply in replies { use(reply) }
        }
        #expect(whole > Self.cases / 10 && refused > Self.cases / 10, "\(whole) replies, \(refused) refused")
    }

    /// All that is decided by what a server says.
    private func use(_ reply: RESPValue) {
        let home = RedisAddress.tcp(host: "h", port: 1)
        _ = (reply.string, reply.int, reply.bytes, reply.array?.count)
        var map = ClusterMap()
        map.take(survey: reply, from: home)
        for slot in [0, 5000, 16383] { _ = map.node(of: slot) }
        var round = SentinelRound(primary: "main", sentinels: [RedisEndpoint(host: "s", port: 1)])
        _ = round.next()
        _ = round.take(reply)
        var journey = Journey([RedisCommand("GET", "k")], home: home)
        _ = journey.next(map)
        map.learnAll(journey.take([reply], of: [0], from: home))
        _ = journey.next(map)
        if let error = reply.error {
            #expect(!error.message.utf8.contains { $0 < 0x20 || $0 == 0x7F })
            _ = error.advice
        }
    }

    @Test func aListOfImpossibleLengthIsRefusedAtOnce() {
        for length in ["2147483647", "2147483648", "99999999999999999999", "16777217"] {
            let (replies, violation) = read(Array("*\(length)\r\n:1\r\n".utf8), pieces: [])
            #expect(replies.isEmpty && violation != nil, "\(length)")
        }
    }
}

extension ClusterMap {
    fileprivate mutating func learnAll(_ slots: [Int: RedisAddress]) {
        for (slot, node) in slots { learn(slot, isAt: node) }
    }
}
