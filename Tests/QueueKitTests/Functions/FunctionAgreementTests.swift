import Foundation
import RedisClient
import TestSupport
import Testing

@testable import QueueKit

/// What the function checks, it checks as the validator does: it refuses nothing that that accepts, and of what it checks nothing is
/// refused later.
@Suite struct FunctionAgreementTests {
    private let redis: RedisConnection

    init() async throws {
        redis = try RedisServer.shared().connection()
        _ = try await QueueFunctions(redis: redis).install()
    }

    /// The fields that the function answers for.
    private static let checked: Set<String> = ["id", "queue", "priority", "reply_to", "v"]

    /// Whether the function takes a document, in a queue of its own that is called `default`.
    private func isTaken(_ document: [UInt8]) async throws -> Bool {
        let queue = JobQueue(.default, namespace: RedisServer.uniqueName("agree"), redis: redis)
        var call = RedisCommand("FCALL", "queuectl_enqueue", "1", queue.keys.incoming)
        call.append(document)
        let text = String(decoding: document, as: UTF8.self)
        do {
            let answer = try await redis.send(call).string ?? ""
            let commands = (0...10).map { RedisCommand("LRANGE", queue.keys.pending($0), "0", "-1") }
            let entries = try await redis.pipeline(commands).flatMap(\.texts)
            #expect(entries == [answer], "in no list that is read: \(text)")
            return true
        } catch {
            let said = error.reply?.message ?? "\(error)"
            #expect(said.hasPrefix("INVALID "), "\(said)")
            return false
        }
    }

    /// Fails unless the function and the validator agree on a document. Returns what either says.
    private func compare(_ document: [UInt8]) async throws -> (isTaken: Bool, isRight: Bool) {
        let isTaken = try await isTaken(document)
        let text = String(decoding: document, as: UTF8.self)
        do throws(DocumentError) {
            _ = try JobDocument(json: document, pushedTo: .default)
            #expect(isTaken, "refused: \(text)")
            return (isTaken, true)
        } catch {
            #expect(!isTaken || !Self.checked.contains(error.field), "\(error): \(text)")
            return (isTaken, false)
        }
    }

    @Test func onDocumentsMadeAtRandom() async throws {
        var generator = DocumentGenerator(seed: 20)
        var (accepted, refused) = (0, 0)
        for _ in 0..<1000 {
            let (isTaken, isRight) = try await compare(Array(generator.next().utf8))
            accepted += isRight ? 1 : 0
            refused += isTaken ? 0 : 1
        }
        #expect(accepted > 300 && refused > 30, "\(accepted) right, \(refused) refused at once")
    }

    /// Each value of these in each of the fields that the function answers for.
    @Test func onEdges() async throws {
        let values =
            [
                "-0", "-0.0", "0.0", "10", "10.0", "1e1", "10.5", "-1", "1", "1.0", "null", "true", "[]", "{}",
                "9007199254740993", "1e999",
            ]
            + ["", ".", "..", "...", "default", "a b", "\u{e9}", "\\u0000", String(repeating: "x", count: 128)].map {
                "\"\($0)\""
            }
            + ["\"" + String(repeating: "x", count: 129) + "\""]
        for name in Self.checked.sorted() {
            for value in values { _ = try await compare(Array("{\"command\":\"x\",\"\(name)\":\(value)}".utf8)) }
        }
    }

    @Test func onTheGoldenDocuments() async throws {
        let root = URL(filePath: #filePath).appending(path: "../../../Fixtures/documents").standardized
        for folder in ["valid", "invalid"] {
            let files = try FileManager.default.contentsOfDirectory(
                at: root.appending(path: folder),
                includingPropertiesForKeys: nil
            )
            // The time of a signature is judged by the clock, which is the script's alone.
            for file in files where file.pathExtension == "json" && file.lastPathComponent != "signed.json" {
                let isTaken = try await compare([UInt8](Data(contentsOf: file))).isTaken
                #expect(isTaken || folder == "invalid", "\(file.lastPathComponent)")
            }
        }
    }
}
