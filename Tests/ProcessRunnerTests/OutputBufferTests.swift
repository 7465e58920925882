import TestSupport
import Testing

@testable import ProcessRunner

@Suite struct OutputBufferTests {
    private typealias Stream = OutputChunk.Stream

    /// Whatever is written, in whatever pieces, and taken at whatever times: exact counts and bytes, true beginnings and
    /// endings, in order, never over the limit.
    @Test(arguments: 0..<300)
    func keepsTrueBeginningsAndEndingsWithinTheLimit(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let limit = Int.random(in: 0...(seed % 2 == 0 ? 20 : 500), using: &random)
        let isTaken = seed % 3 == 0
        var buffer = OutputBuffer(limit: limit)
        var written: [[UInt8]] = [[], []]
        var atLastTake = [0, 0]
        var taken: [OutputChunk] = []
        var time = ContinuousClock.now
        for _ in 0..<Int.random(in: 0...40, using: &random) {
            let stream = Bool.random(using: &random) ? Stream.standardOutput : .standardError
            let piece = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            piece.withUnsafeBytes { buffer.append($0, to: stream, at: time) }
            written[stream.rawValue] += piece
            time += .milliseconds(Int.random(in: 0...80, using: &random))
            if isTaken, Int.random(in: 0..<10, using: &random) == 0 {
                let chunks = buffer.take()
                check(chunks, written, limit)
                taken += chunks
                atLastTake = written.map(\.count)
                #expect(buffer.isEmpty)
            }
        }
        let output = buffer.takeAll()
        check(output.chunks, written, limit)
        let kept = (taken + output.chunks).reduce(0) { $0 + $1.bytes.count }
        let dropped = output.standardOutput.droppedBytes + output.standardError.droppedBytes
        #expect(kept + dropped == written[0].count + written[1].count)
        for stream in Stream.allCases {
            #expect(output.totalBytes(of: stream) == written[stream.rawValue].count)
        }
        // What came since it was taken last is whole if it fits, and otherwise is its beginning and its end.
        let rest = zip(written, atLastTake).map { $0.count - $1 }
        if rest[0] + rest[1] <= limit {
            #expect(output.chunks.reduce(0) { $0 + $1.bytes.count } == rest[0] + rest[1])
        } else if let first = output.chunks.first, limit > 0 {
            #expect(first.offset == atLastTake[first.stream.rawValue])
        }
    }

    /// The bytes are those that stand at their offsets, the offsets rise, and so do the times.
    private func check(_ chunks: [OutputChunk], _ written: [[UInt8]], _ limit: Int) {
        var ends = [0, 0]
        for chunk in chunks {
            let all = written[chunk.stream.rawValue]
            #expect(!chunk.bytes.isEmpty && chunk.end <= all.count)
            #expect(chunk.bytes == Array(all[chunk.offset..<min(chunk.end, all.count)]))
            #expect(chunk.offset >= ends[chunk.stream.rawValue])
            ends[chunk.stream.rawValue] = chunk.end
        }
        #expect(chunks.map(\.readAt) == chunks.map(\.readAt).sorted())
        #expect(chunks.reduce(0) { $0 + $1.bytes.count } <= limit)
    }

    @Test func theQuietStreamIsNotPushedOut() {
        var buffer = OutputBuffer(limit: 1000)
        func write(_ text: String, to stream: OutputChunk.Stream) {
            Array(text.utf8).withUnsafeBytes { buffer.append($0, to: stream, at: .now) }
        }
        write("cause", to: .standardError)
        write(String(repeating: "x", count: 5000), to: .standardOutput)
        write("effect", to: .standardError)
        write(String(repeating: "y", count: 5000), to: .standardOutput)
        let output = buffer.takeAll()
        #expect(output.standardError.bytes == Array("causeeffect".utf8))
        #expect(output.standardOutput.bytes.count == 495 + 494)
        #expect(output.standardOutput.droppedBytes == 10_000 - 495 - 494)
    }

    @Test func readsOfOneStreamInARowAreOneChunkAndOrderIsKept() {
        var buffer = OutputBuffer(limit: 100_000)
        let start = ContinuousClock.now
        for (at, (stream, text)) in [
            (Stream.standardOutput, "a"), (.standardOutput, "b"), (.standardError, "c"), (.standardOutput, "d"),
        ].enumerated() {
            Array(text.utf8).withUnsafeBytes { buffer.append($0, to: stream, at: start + .milliseconds(at)) }
        }
        Array("e".utf8).withUnsafeBytes { buffer.append($0, to: .standardOutput, at: start + .milliseconds(200)) }
        let chunks = buffer.take()
        #expect(chunks.map { String(decoding: $0.bytes, as: UTF8.self) } == ["ab", "c", "d", "e"])
        #expect(chunks.map(\.offset) == [0, 0, 2, 3])
        #expect(chunks.map(\.readAt) == [0, 2, 3, 200].map { start + .milliseconds($0) })
    }

    /// A run that writes a byte here and a byte there costs no chunk for each; no byte is lost for that.
    @Test func chunksAreBoundedAndBytesAreNotLostForIt() {
        var buffer = OutputBuffer(limit: 100_000)
        for number in 0..<90_000 {
            let byte = [UInt8(number / 2 % 251)]
            byte.withUnsafeBytes { buffer.append($0, to: number % 2 == 0 ? .standardOutput : .standardError, at: .now) }
        }
        let output = buffer.takeAll()
        #expect(output.chunks.count <= 2 * OutputBuffer.chunkLimit + 2)
        let expected = (0..<45_000).map { UInt8($0 % 251) }
        #expect(output.standardOutput.bytes == expected && output.standardError.bytes == expected)
    }
}
