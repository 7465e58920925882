import Testing

@testable import ProcessRunner

@Suite struct OutputCaptureTests {
    /// Whatever is written, in whatever pieces: exact counts, true beginnings and endings, never over the limit.
    @Test(arguments: 0..<300)
    func keepsTrueBeginningsAndEndingsWithinTheLimit(seed: Int) {
        var random = SplitMix(state: UInt64(seed))
        let limit = Int.random(in: 0...(seed % 2 == 0 ? 20 : 500), using: &random)
        var capture = OutputCapture(limit: limit)
        var written: [[UInt8]] = [[], []]
        for _ in 0..<Int.random(in: 0...40, using: &random) {
            let stream = Bool.random(using: &random) ? OutputCapture.Stream.standardOutput : .standardError
            let piece = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            piece.withUnsafeBytes { capture.append($0, to: stream) }
            written[stream.rawValue] += piece
        }
        let output = capture.captured()
        let total = written[0].count + written[1].count
        for (stream, all) in [(output.standardOutput, written[0]), (output.standardError, written[1])] {
            #expect(stream.totalBytes == all.count)
            #expect(stream.head == Array(all.prefix(stream.head.count)))
            #expect(stream.tail == Array(all.suffix(stream.tail.count)))
        }
        let kept = total - output.standardOutput.droppedBytes - output.standardError.droppedBytes
        #expect(kept <= limit)
        if total <= limit { #expect(kept == total) }
    }

    @Test func theQuietStreamIsNotPushedOut() {
        var capture = OutputCapture(limit: 1000)
        Array("cause".utf8).withUnsafeBytes { capture.append($0, to: .standardError) }
        Array(repeating: UInt8(ascii: "x"), count: 5000).withUnsafeBytes { capture.append($0, to: .standardOutput) }
        Array("effect".utf8).withUnsafeBytes { capture.append($0, to: .standardError) }
        Array(repeating: UInt8(ascii: "y"), count: 5000).withUnsafeBytes { capture.append($0, to: .standardOutput) }
        let output = capture.captured()
        #expect(output.standardError.head + output.standardError.tail == Array("causeeffect".utf8))
        #expect(output.standardOutput.tail.count == 494)
    }
}

private struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
