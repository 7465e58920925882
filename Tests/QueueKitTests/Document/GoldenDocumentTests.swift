import Foundation
import Testing

@testable import QueueKit

/// The documents in Tests/Fixtures/documents: what is right, and what is wrong with the others.
@Suite struct GoldenDocumentTests {
    private static func documents(_ folder: String) throws -> [URL] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fixtures/documents")
        let files = try FileManager.default.contentsOfDirectory(
            at: root.appending(path: folder),
            includingPropertiesForKeys: nil
        )
        return files.filter { $0.pathExtension == "json" }
    }

    private func problems(in file: URL) throws -> String {
        let text = [UInt8](try Data(contentsOf: file))
        let lines = DocumentCheck.problems(in: text, pushedTo: .default).map { problem in
            let position = TextPosition(offset: problem.offset, in: text)
            return "\(position.line):\(position.column): \(problem.path): \(problem.message)\n"
        }
        return lines.joined()
    }

    @Test func validDocumentsAreAccepted() throws {
        let files = try Self.documents("valid")
        #expect(files.count >= 8)
        for file in files {
            #expect(try problems(in: file) == "", "\(file.lastPathComponent)")
            #expect(throws: Never.self) { try JobDocument(json: [UInt8](Data(contentsOf: file)), pushedTo: .default) }
        }
    }

    /// Beside each document stands all that is wrong with it, by line, column and path.
    @Test func invalidDocumentsAreExplained() throws {
        let files = try Self.documents("invalid")
        #expect(files.count >= 20)
        for file in files {
            let expected = try String(
                contentsOf: file.deletingPathExtension().appendingPathExtension("txt"),
                encoding: .utf8
            )
            #expect(try problems(in: file) == expected, "\(file.lastPathComponent)")
            #expect(throws: DocumentError.self) {
                try JobDocument(json: [UInt8](Data(contentsOf: file)), pushedTo: .default)
            }
        }
    }

    @Test func ofManyProblemsTheFirstAreTold() {
        let members = (0..<1000).map { "\"x\($0)\":1" }.joined(separator: ",")
        #expect(DocumentCheck.problems(in: Array("{\(members)}".utf8)).count == DocumentCheck.limit)
    }
}
