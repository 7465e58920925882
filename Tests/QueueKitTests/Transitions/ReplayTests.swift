import Foundation
import QueueKit
import RedisClient
import TestSupport
import TestTraits
import Testing

/// The connection is cut after a request has reached the server and before its answer came back: `JobQueue` sends it
/// again, gets the same answer, and there is one effect, whatever others have done meanwhile.
@Suite(.fault(.workerKilledBeforeTheJobRuns)) struct ReplayTests {
    @Test(arguments: Transition.all)
    func aCallWhoseAnswerIsLostHasOneEffect(transition: Transition) async throws {
        try await expectOneEffect(of: transition, before: nil)
    }

    /// The answer is lost, another call comes, and then the first one again.
    @Test(arguments: Transition.others)
    func whatOthersDoMeanwhileIsNotUndone(transition: Transition) async throws {
        for other in Transition.others { try await expectOneEffect(of: transition, before: other) }
    }

    private func expectOneEffect(of first: Transition, before second: Transition?) async throws {
        let plain = try TestQueue()
        try await first.given(plain)
        let expected = try await first.call(plain, plain.queue)
        let once = try await plain.snapshot()
        _ = try await second?.call(plain, plain.queue)

        let queue = try TestQueue()
        try await first.given(queue)
        let proxy = try TCPProxy(to: queue.server)
        proxy.cutBeforeReply(to: "EVAL", freezes: true)
        let connection = RedisConnection(
            proxy.configuration,
            backoff: ReconnectBackoff(first: .milliseconds(1), longest: .milliseconds(5))
        )
        let answer = Task { try await first.call(queue, queue.through(connection)) }
        try await waitUntil("the answer is lost", within: .seconds(30)) { proxy.cutCount == 1 }
        let comment: Comment = "\(first.testDescription), then \(second?.testDescription ?? "nothing")"
        #expect(try await effect(queue) == effect(of: once), comment)
        _ = try await second?.call(queue, queue.queue)
        proxy.resume()
        let again = try await answer.value
        if second == nil { #expect(again == expected, comment) }
        #expect(try await effect(queue) == effect(plain), comment)
        try await queue.checkI1()
    }

    private func effect(_ queue: TestQueue) async throws -> [String] { effect(of: try await queue.snapshot()) }

    /// The whole state, but for how many settles came too late: when a job is gone nothing can tell that this was
    /// one in time. And but for the bell, which any claim takes when there is nothing to wake anyone for.
    private func effect(of snapshot: String) -> [String] {
        snapshot.replacing(/, stale_settles_total \d+/, with: "").split(separator: "\n").map(String.init)
            .filter { $0 != "incoming: [!]" }
    }

    /// A script that changes something and is not among the calls above would be a promise that nobody holds.
    @Test func everyScriptThatWritesIsAmongThem() throws {
        let folder = URL(filePath: #filePath).appending(path: "../../../../lua").standardizedFileURL
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        let scripts = try files.filter { $0.pathExtension == "lua" }.compactMap { file -> String? in
            let first = try String(contentsOf: file, encoding: .utf8).prefix { $0 != "\n" }
            guard first.hasPrefix("#!lua"), !first.contains("no-writes") else { return nil }
            return file.deletingPathExtension().lastPathComponent
        }
        #expect(scripts.count > 15)
        #expect(Set(scripts).subtracting(Transition.all.map(\.script)).isEmpty)
    }
}
