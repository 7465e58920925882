import QueueKit
import Testing

extension TestQueue {
    /// Fails the test unless every job stands in the index of its state and in no other, every index entry has its
    /// job or is a counted stale one, and the counts agree with what is there: by what `queuectl doctor` runs.
    func checkI1(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let report = try await check()
        if !report.isComplete { Issue.record("not checked: \(report.findings)", sourceLocation: sourceLocation) }
        let broken = report.findings.filter(\.kind.breaksInvariant)
        for finding in broken.prefix(10) { Issue.record("\(finding)", sourceLocation: sourceLocation) }
        if broken.count > 10 {
            Issue.record("and \(broken.count - 10) problems more", sourceLocation: sourceLocation)
        }
    }

    /// The same for all but one damaged job, which is removed first.
    func checkI1(without id: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await send("DEL", "R:job:\(id)", "R:attempts:\(id)")
        try await checkI1(sourceLocation: sourceLocation)
    }

    /// What `queuectl doctor` finds in this queue, and repairs if it is to.
    func check(repairs: Bool = false) async throws -> QueueReport {
        try await queue.check(configuration: configuration, repairs: repairs)
    }
}
