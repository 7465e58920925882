import FleetSupport
import Foundation
import QueueKit
import TestSupport
import TestTraits
import Testing

/// A service in Python, with only redis-py, and workers on two hosts.
@Suite(.threeAtATime) struct ThreeWaysTests {
    /// What the service prints of a job.
    private struct Line {
        let way: String
        let id: String
        let state: String
        let result: String
        let error: String

        init?(_ line: String) {
            let words = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard words.count == 5 else { return nil }
            (way, id, state, result, error) = (words[0], words[1], words[2], words[3], words[4])
        }
    }

    private static let service = URL(filePath: #filePath).appending(path: "../../../docs/examples/three_ways.py")
        .standardized

    @Test func aThousandJobsPushedInThreeWaysAreAllAnswered() async throws {
        let count = 1000
        try await withFleet { fleet in
            #expect(try await fleet.run("install-functions") == 0)
            try await fleet.start(count: 4, host: "left")
            try await fleet.start(count: 4, host: "right")
            let output = "\(fleet.folder.path)/answers"
            let process = try ChildProcess(
                [
                    "env", "REDIS_URL=unix://\(fleet.server.folder.path)/redis.sock",
                    "QUEUE_PREFIX=\(fleet.queue.keys.prefix)",
                    "/usr/bin/python3", Self.service.path, String(count),
                ],
                output: output
            )
            try await waitUntil("the service has all answers", within: .seconds(60)) { process.exitCode != nil }
            let lines = readLines(output).compactMap(Line.init)
            try #require(process.exitCode == 0 && lines.count == count, "\(readLines(output).suffix(5))")

            // Each way has its share of the good ones, with the result of that very job, and of the malformed ones.
            let good = lines.filter { $0.state == "completed" }
            #expect(good.count == count - count / 50)
            #expect(good.allSatisfy { $0.id.hasSuffix(".\($0.result)") && $0.error.isEmpty })
            let bad = lines.filter { $0.state != "completed" }
            #expect(bad.count == count / 50 && Set(bad.map(\.way)) == ["push_json", "push_hash", "call_function"])
            for line in bad { try await explain(line, fleet) }

            let jobs = try await fleet.jobs(good.map { try JobID($0.id) })
            #expect(Set(jobs.compactMap { $0.worker?.host }) == ["left", "right"])
            #expect(jobs.allSatisfy { $0.run == 1 && $0.crashCount == 0 })
        }
    }

    /// The operator's side: the reason, where the service has said to look.
    private func explain(_ line: Line, _ fleet: Fleet) async throws {
        let isCalled = line.way == "call_function"
        #expect(line.state == (isCalled ? "dead" : "rejected"))
        #expect(line.error.hasPrefix(#"timeout: "soon" is not a duration"#))
        let status = isCalled ? try await fleet.run("show", line.id) : try await fleet.run("rejected", "show", line.id)
        let shown = readLines("\(fleet.folder.path)/output").joined(separator: "\n")
        #expect(status == 0 && shown.contains(#"timeout: "soon" is not a duration"#), "\(shown)")
    }
}
