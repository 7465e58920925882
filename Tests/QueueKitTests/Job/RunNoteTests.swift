import Testing

@testable import QueueKit

@Suite struct RunNoteTests {
    private func note(_ line: String) throws(DocumentError) -> RunNote { try RunNote(line: Array(line.utf8)) }

    @Test(arguments: [
        ("progress 40", RunNote.progress(40)), ("progress 40 encoding page 2", .progress(40, "encoding page 2")),
        ("  progress\t0  ", .progress(0)), ("progress 99.9", .progress(99)), ("progress 1e2", .progress(100)),
        ("result {\"a\": [1, null]}", .result("{\"a\":[1,null]}")), ("result null", .result("null")),
        ("error the disk is full", .error("the disk is full")), ("error a\u{1b}b", .error("a\\x1bb")),
        ("retry-after 5m", .retryAfter(.seconds(300))), ("retry-after 90", .retryAfter(.seconds(90))),
        ("retry-after 0.5", .retryAfter(.milliseconds(500))), ("retry-after 400d", .retryAfter(.seconds(30 * 86_400))),
        ("fatal no such user", .fatal("no such user")), ("fatal", .fatal("")),
    ])
    func aLineIsANote(line: String, note: RunNote) throws {
        #expect(try self.note(line) == note)
        // What queuectl writes for it is read as the same.
        #expect(try self.note(String(note.line.dropLast())) == note)
    }

    @Test(arguments: [
        (
            "progres 40",
            "\"progres\" is not what a job can tell; begin with progress, result, error, retry-after, fatal"
        ),
        ("", "\"\" is not what a job can tell; begin with progress, result, error, retry-after, fatal"),
        ("progress", "progress: \"\" is not a number; give 0...100, and a text if you like"),
        ("progress half", "progress: \"half\" is not a number; give 0...100, and a text if you like"),
        ("progress nan", "progress: \"nan\" is not a number; give 0...100, and a text if you like"),
        ("progress 101", "progress: \"101\" is out of range; give 0...100, and a text if you like"),
        ("progress -1", "progress: \"-1\" is out of range; give 0...100, and a text if you like"),
        ("result", "result: \"\" is not valid JSON: it is empty (byte 0); give a JSON value of up to 65536 bytes"),
        ("error  ", "error: has no text; say what went wrong"),
        ("retry-after soon", "retry-after: \"soon\" is not a duration; give a duration such as 90, 30s or 5m"),
        ("retry-after -5", "retry-after: \"-5\" is not a duration; give a duration such as 90, 30s or 5m"),
    ])
    func nonsenseIsRefusedWithItsReason(line: String, reason: String) {
        #expect { try note(line) } throws: { "\($0)" == reason }
    }

    @Test func aResultMayHave64KiB() throws {
        let longest = "\"" + String(repeating: "x", count: RunNote.resultBytes - 2) + "\""
        #expect(try note("result \(longest)") == .result(longest))
        #expect(RunNote.result(longest).line.utf8.count <= RunNote.lineBytes + 1)
        #expect { try note("result \"x\(longest.dropFirst())") } throws: {
            "\($0)".hasPrefix("result: has 65537 bytes; give a JSON value")
        }
    }

    @Test func textsAreCut() throws {
        guard case .error(let text) = try note("error " + String(repeating: "e", count: 4000)) else { return }
        #expect(text.count == RunNote.textColumns && text.hasSuffix("…"))
    }

    @Test func bytesThatAreNoTextAreReplaced() throws {
        #expect(try RunNote(line: Array("error a".utf8) + [0xff]) == .error("a\u{fffd}"))
    }
}
