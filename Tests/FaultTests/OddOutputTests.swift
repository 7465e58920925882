import FleetSupport
import QueueKit
import TestSupport
import TestTraits
import Testing

@Suite(.fault(.outputFlood), .threeAtATime) struct OddOutputTests {
    @Test func bytesThatAreNoTextAreKeptAsTheyAre() async throws {
        try await withFleet { fleet in
            try await fleet.start()
            // NUL, a terminal's escape, invalid UTF-8, every other byte, and no newline at the end.
            let bytes = [0, 0x1b, 0x5b, 0x33, 0x31, 0x6d, 0xff, 0xc3, 0x28] + Array(UInt8.min...UInt8.max)
            let text = bytes.map { byte in
                let octal = String(byte, radix: 8)
                return "\\" + String(repeating: "0", count: 3 - octal.count) + octal
            }.joined()
            let id = try await fleet.enqueue(["printf '\(text)'"])[0]
            try await fleet.wait(for: 1, .completed)
            let entries = try await fleet.queue.log(of: id, run: 1)
            #expect(entries.filter { $0.stream == .stdout }.flatMap(\.data) == bytes)
            #expect(entries.allSatisfy { $0.droppedBytes == 0 })
        }
    }
}
