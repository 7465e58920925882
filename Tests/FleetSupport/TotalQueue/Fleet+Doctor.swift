import Foundation
import TestSupport

extension Fleet {
    /// What `queuectl doctor`, the real one, finds to be wrong: `code: problem`, notes left out.
    ///
    /// - Parameter expected: codes that a test brings about by itself and that are no damage.
    package func doctor(expecting expected: Set<String> = []) async throws -> [String] {
        let output = "\(folder.path)/doctor.json"
        try? FileManager.default.removeItem(atPath: output)
        let process = try command(["doctor", "--json"], output: output)
        try await waitUntil("doctor ends", within: .seconds(120)) { process.exitCode != nil }
        let data = FileManager.default.contents(atPath: output) ?? Data()
        guard let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
            let findings = object["findings"] as? [[String: Any]]
        else { throw Unexpected("doctor says: \(String(decoding: data, as: UTF8.self))") }
        return findings.compactMap { finding in
            let code = finding["code"] as? String ?? "?"
            guard finding["severity"] as? String != "note", !expected.contains(code) else { return nil }
            return "\(code): \(finding["problem"] ?? "")"
        }
    }

    /// Holds the fleet to its books once all jobs are over: nothing lost, nothing twice without a reason, and nothing
    /// that `queuectl doctor` would find.
    @discardableResult
    package func requireBalance(
        of books: TotalQueue,
        expecting findings: Set<String> = []
    ) async throws -> TotalQueueReport {
        let report = try await books.check(queue)
        try report.requireBalance()
        // Workers that were killed are on the list until they are missed; servers of tests keep nothing.
        let harmless: Set<String> = ["late_heartbeat", "unknown_worker", "not_persistent", "snapshots_only"]
        let problems = try await doctor(expecting: harmless.union(findings))
        guard problems.isEmpty else { throw Unexpected("doctor finds: \(problems.joined(separator: "\n"))") }
        return report
    }
}
