import Foundation
import RedisClient
import TestSupport
import Testing

@testable import QueueKit

/// What the function checks, it checks as the validator does: it never refuses what that accepts.
@Suite struct FunctionAgreementTests {
    /// Documents that name their queue call it `default`.
    private func queue() async throws -> JobQueue {
        let redis = try RedisServer.shared().connection()
        _ = try await QueueFunctions(redis: redis).install()
        return JobQueue(.default, namespace: RedisServer.uniqueName("agree"), redis: redis)
    }

    /// Whether the function takes a document, of which nothing is left then.
    private func isTaken(_ document: [UInt8], _ queue: JobQueue) async throws -> Bool {
        var call = RedisCommand("FCALL", "queuectl_enqueue", "1", queue.keys.incoming)
        call.append(document)
        do {
            let answer = try await queue.redis.send(call).string ?? ""
            #expect(try await queue.delete([JobID(answer)]) == [.done(.pending)])
            return true
        } catch let error as RedisError {
            let said = error.reply?.message ?? "\(error)"
            #expect(said.hasPrefix("INVALID "), "\(said)")
            return false
        }
    }

    @Test func onDocumentsMadeAtRandom() async throws {
        let queue = try await queue()
        var generator = DocumentGenerator(seed: 20)
        var (accepted, refused) = (0, 0)
        for _ in 0..<1000 {
            let document = generator.next()
            let isTaken = try await isTaken(Array(document.utf8), queue)
            let isRight = (try? JobDocument(json: document, pushedTo: .default)) != nil
            #expect(isTaken || !isRight, "refused: \(document)")
            accepted += isRight ? 1 : 0
            refused += isTaken ? 0 : 1
        }
        #expect(accepted > 300 && refused > 30, "\(accepted) right, \(refused) refused at once")
    }

    @Test func onTheGoldenDocuments() async throws {
        let queue = try await queue()
        let root = URL(filePath: #filePath).appending(path: "../../../Fixtures/documents").standardized
        for folder in ["valid", "invalid"] {
            let files = try FileManager.default.contentsOfDirectory(
                at: root.appending(path: folder),
                includingPropertiesForKeys: nil
            )
            for file in files where file.pathExtension == "json" {
                let isTaken = try await isTaken([UInt8](Data(contentsOf: file)), queue)
                #expect(isTaken || folder == "invalid", "\(file.lastPathComponent)")
            }
        }
    }
}
