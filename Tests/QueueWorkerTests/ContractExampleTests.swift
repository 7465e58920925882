import Foundation
import QueueKit
import TestSupport
import Testing

@testable import QueueWorker

/// The examples of docs/push.md, as they stand there.
@Suite struct ContractExampleTests {
    /// A block of code in the contract.
    private struct Block {
        var language: String
        var text: String
    }

    private static func blocks() throws -> [Block] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/push.md")
        let contract = try String(contentsOf: file, encoding: .utf8)
        return contract.split(separator: "\n```").filter { !$0.hasPrefix("\n") && !$0.hasPrefix("#") }.compactMap {
            part in
            guard let end = part.firstIndex(of: "\n"), !part[..<end].isEmpty else { return nil }
            return Block(language: String(part[..<end]), text: String(part[end...].dropFirst()) + "\n")
        }
    }

    @Test func everyDocumentInItIsRight() throws {
        let documents = try Self.blocks().filter { $0.language == "json" }
        #expect(documents.count >= 2)
        for document in documents {
            #expect(DocumentCheck.problems(in: Array(document.text.utf8)).isEmpty, "\(document.text)")
        }
        for answer in try Self.blocks().filter({ $0.language == "json result" }) {
            #expect(throws: Never.self) { try JSONParser.parse(Array(answer.text.utf8)) }
        }
    }

    /// What runs the examples of a language, by what Debian has for it.
    private static let programs: [(language: String, command: [String])] = [
        ("sh", ["sh", "-eu"]), ("python", ["/usr/bin/python3"]), ("ruby", ["/usr/bin/ruby"]),
        ("js", ["env", "NODE_PATH=/usr/share/nodejs", "node"]),
    ]

    /// One for each language, and those that call the function.
    private static func examples() throws -> [(language: String, command: [String], text: String)] {
        let calling: Set = ["sh", "python"]
        return try programs.flatMap { language, command in
            try ["hello", "called"].compactMap { word in
                let found = try blocks().filter { $0.language == language && $0.text.contains("\"\(word)\"") }
                try #require(found.count == (word == "hello" || calling.contains(language) ? 1 : 0), "\(language)")
                return found.first.map { (language, command, $0.text) }
            }
        }
    }

    @Test func examplesPushAJobAndGetTheAnswer() async throws {
        let server = try RedisServer(.init(tcp: true))
        let shop = try await Workshop(server: server)
        let url = "redis://127.0.0.1:\(try #require(server.port))"
        let folder = try TemporaryFolder()
        _ = try await QueueFunctions(redis: shop.redis).install()
        try await shop.withWorker { _ in
            for (at, example) in try Self.examples().enumerated() {
                let (language, command) = (example.language, example.command)
                let file = "\(folder.path)/\(at)"
                let text = example.text.replacing("queuectl:{default}:", with: shop.queue.keys.prefix)
                try text.write(toFile: file, atomically: false, encoding: .utf8)
                let output = "\(file).out"
                let process = try ChildProcess(["env", "REDIS_URL=\(url)"] + command + [file], output: output)
                try await waitUntil("the example in \(language) has ended", within: .seconds(60)) {
                    process.exitCode != nil
                }
                let said = readLines(output).joined(separator: "\n")
                #expect(process.exitCode == 0 && said.contains("completed"), "\(language): \(said)")
            }
        }
        #expect(try await shop.counts() == [.completed: try Self.examples().count])
    }

    @Test func thePreparedHashRuns() async throws {
        let server = try RedisServer(.init(tcp: true))
        let shop = try await Workshop(server: server)
        let example = try #require(try Self.blocks().first { $0.language == "sh" && $0.text.contains("HSET") })
        let folder = try TemporaryFolder()
        let text = example.text.replacing("queuectl:{default}:", with: shop.queue.keys.prefix)
            .replacing("make invoice N=17", with: "true")
        try text.write(toFile: "\(folder.path)/file", atomically: false, encoding: .utf8)
        let url = "redis://127.0.0.1:\(try #require(server.port))"
        let command = ["env", "REDIS_URL=\(url)", "sh", "-eu", "\(folder.path)/file"]
        try await shop.withWorker { _ in
            let process = try ChildProcess(command, output: "\(folder.path)/out")
            try await waitUntil("it is pushed") { process.exitCode != nil }
            let job = try await waitForJob("invoice-17", shop)
            #expect(job.timeout == .seconds(300))
        }
    }

    private func waitForJob(_ id: String, _ shop: Workshop) async throws -> Job {
        try await waitUntil("the job is done") { try await shop.queue.job(JobID(id))?.state == .completed }
        return try await shop.job(JobID(id))
    }
}
