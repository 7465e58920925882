import QueueKit
import Testing

@Suite struct DocumentBytesTests {
    private func message(_ bytes: [UInt8]) -> String? {
        do {
            _ = try JobDocument(json: bytes)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func nestingOfTenThousandIsRefused() {
        for bracket in ["[", "{\"a\":"] {
            let json = "{\"command\":\"x\",\"meta\":" + String(repeating: bracket, count: 10_000)
            #expect(message(Array(json.utf8))?.contains("nested more than 64 deep") == true)
        }
    }

    @Test func nestingUpToTheLimitIsTaken() throws {
        let arrays = String(repeating: "[", count: 62) + String(repeating: "]", count: 62)
        _ = try JobDocument(json: #"{"command":"x","meta":{"a":\#(arrays)}}"#)
        #expect(throws: DocumentError.self) { try JobDocument(json: #"{"command":"x","meta":{"a":[\#(arrays)]}}"#) }
    }

    @Test(arguments: [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc0, 0x80]] as [[UInt8]])
    func invalidUTF8IsNamedWithItsPlace(bytes: [UInt8]) {
        let json = Array(#"{"command":"é"#.utf8) + bytes + Array("\"}".utf8)
        #expect(message(json) == "the document is not valid JSON: it is not valid UTF-8 (byte 14)")
    }

    @Test func otherEncodingsAreRefused() {
        let utf16 = #"{"command":"x"}"#.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        #expect(message(utf16) == "the document is not valid JSON: expected a name in double quotes (byte 1)")
    }

    @Test func documentMayHaveOneMebibyteAndNoMore() throws {
        let head = #"{"command":"cat","stdin":""#
        let full = head + String(repeating: "x", count: 1_048_576 - head.utf8.count - 2) + "\"}"
        #expect(try JobDocument(json: full).stdin?.utf8.count == 1_048_576 - head.utf8.count - 2)
        #expect(message(Array((full + " ").utf8)) == "the document has 1048577 bytes; give at most 1048576 (1 MiB)")
    }

    @Test func commandMayHaveWhatTheKernelTakesAndNoMore() throws {
        let longest = String(repeating: "x", count: 131_071)
        _ = try JobDocument(json: #"{"command":"\#(longest)"}"#)
        _ = try JobDocument(json: #"{"argv":["a","\#(longest)"]}"#)
        #expect(
            message(Array(#"{"command":"\#(longest)x"}"#.utf8))
                == "command: \"\(longest.prefix(39))…\" has 131072 bytes; give at most 131071, the kernel's limit"
        )
        #expect(throws: DocumentError.self) { try JobDocument(json: #"{"argv":["a","\#(longest)x"]}"#) }
        #expect(throws: DocumentError.self) { try JobDocument(json: #"{"command":"x","env":{"A":"\#(longest)"}}"#) }
    }

    /// Objects are searched for repeated names; that must not become quadratic.
    @Test(.timeLimit(.minutes(1))) func hundredThousandNamesAreReadInLinearTime() throws {
        let members = (0..<80_000).map { "\"k\($0)\":0" }.joined(separator: ",")
        _ = try JobDocument(json: #"{"command":"x","meta":{\#(members)}}"#)
        #expect(throws: DocumentError.self) { try JobDocument(json: #"{"command":"x","meta":{\#(members),"k7":0}}"#) }
    }
}
