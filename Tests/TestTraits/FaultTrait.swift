import TestSupport
import Testing

/// Marks a test, or a suite of them, as proof of what becomes of queuectl under a fault.
public struct FaultTrait: SuiteTrait, TestTrait, TestScoping {
    /// Counts for every test of a suite.
    public let isRecursive = true
    let fault: Fault

    /// Notes that the test is to run, so that one that was skipped is missed. Called once per test, before conditions.
    public func prepare(for test: Test) async throws {
        if !test.isSuite { FaultRecord(fault, .planned, test: test.title).append() }
    }

    /// Runs the test and notes what became of it.
    public func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        guard !test.isSuite else { return try await function() }
        let issues = IssueCount()
        defer { FaultRecord(fault, issues.isEmpty ? .passed : .failed, test: test.title).append() }
        // No issue is known: this only hears of them all.
        try await withKnownIssue(isIntermittent: true) {
            try await function()
        } matching: { _ in
            issues.note()
            return false
        }
    }
}

extension Trait where Self == FaultTrait {
    /// Marks proof of what becomes of queuectl under this fault. Comes before traits that may skip the test.
    public static func fault(_ fault: Fault) -> FaultTrait { FaultTrait(fault: fault) }
}

extension Test {
    fileprivate var title: String {
        // "Target.Suite/name(label:)/File.swift:3:4"
        let parts = "\(id)".split(separator: "/")
        return parts.count > 2 ? parts.dropLast().joined(separator: "/") : "\(id)"
    }
}
