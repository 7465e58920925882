import ProcessRunner
import QueueKit

/// What the output of a run passes before anybody sees it: its secrets are hidden first, then what the configured patterns match.
struct RunFilter: OutputFilter {
    private var values: ValueFilter?
    private var lines: LineRedactor?

    /// A function that makes filters; nil if there is nothing to hide.
    static func maker(_ secrets: SecretValues?, _ redaction: Redaction) -> (@Sendable () -> any OutputFilter)? {
        if secrets == nil, redaction.isEmpty { return nil }
        return { RunFilter(values: secrets?.filter, lines: redaction.isEmpty ? nil : LineRedactor(redaction)) }
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        let clean = values?.add(bytes) ?? Array(bytes)
        return lines?.add(clean) ?? clean
    }

    mutating func end() -> [UInt8] {
        let rest = values?.end() ?? []
        guard lines != nil else { return rest }
        return (lines?.add(rest) ?? []) + (lines?.end() ?? [])
    }
}
