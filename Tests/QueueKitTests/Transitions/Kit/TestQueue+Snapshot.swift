import Foundation
import QueueKit
import Testing

extension TestQueue {
    /// The whole state of the queue: a line for each key, sorted.
    ///
    /// Times become `<now>` (up to a minute ago, a few seconds ahead) or their distance, rounded up to half minutes
    /// (`+30s`), so that a busy machine changes nothing; waiting times become `<ms>`; generated ids become `<ulid>`; and the history, whose key and
    /// fields are times, the sums of its outcomes.
    func snapshot() async throws -> String {
        let now = try await queue.serverTime()
        var lines: [String] = []
        for (key, value) in try await stored() {
            lines.append(normalised(key.hasPrefix("history:") ? history(value) : "\(key): \(text(value))", now))
        }
        return lines.sorted().joined(separator: "\n")
    }

    /// Fails the test unless the whole state is this, and in itself consistent.
    func expect(_ expected: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let state = try await snapshot()
        if state != expected {
            let old = Set(expected.split(separator: "\n"))
            let new = Set(state.split(separator: "\n"))
            let missing = old.subtracting(new).sorted().map { "- \($0)" }
            let extra = new.subtracting(old).sorted().map { "+ \($0)" }
            let difference = (missing + extra).joined(separator: "\n")
            Issue.record("\(difference)\nthe state is:\n\(state)", sourceLocation: sourceLocation)
        }
        try await checkI1(sourceLocation: sourceLocation)
    }

    private func text(_ value: StoredValue) -> String {
        switch value {
        case .text(let text): return sorted(json: text)
        case .hash(let fields): return fields.map { "\($0) \($1)" }.sorted().joined(separator: ", ")
        case .list(let entries): return "[\(entries.map(sorted(json:)).joined(separator: ", "))]"
        case .sortedSet(let entries): return entries.map { "\($0.member) \($0.score)" }.joined(separator: ", ")
        case .stream(let entries):
            return entries.map { entry in entry.map { "\($0) \($1)" }.sorted().joined(separator: ", ") }
                .joined(separator: "; ")
        }
    }

    private func history(_ value: StoredValue) -> String {
        guard case .hash(let fields) = value else { return "history: \(text(value))" }
        var sums: [String: Int] = [:]
        for (name, count) in fields {
            sums[String(name.split(separator: ":").last ?? ""), default: 0] += Int(count) ?? 0
        }
        return "history: " + sums.map { "\($0) \($1)" }.sorted().joined(separator: ", ")
    }

    /// Lua writes the members of an object in any order.
    private func sorted(json text: String) -> String {
        guard text.hasPrefix("{"), let value = try? JSONSerialization.jsonObject(with: Data(text.utf8)),
            let data = try? JSONSerialization.data(
                withJSONObject: value,
                options: [.sortedKeys, .withoutEscapingSlashes]
            )
        else { return text }
        return String(decoding: data, as: UTF8.self)
    }

    private func normalised(_ line: String, _ now: Timestamp) -> String {
        line.replacing(/\b1\d{12}\b/.wordBoundaryKind(.simple)) { match -> String in
            guard let time = Int64(match.output) else { return String(match.output) }
            let seconds = Double(time - now.milliseconds) / 1000
            if -60..<8 ~= seconds { return "<now>" }
            let rounded = Int((seconds / 30).rounded(.up)) * 30
            return rounded > 0 ? "+\(rounded)s" : "\(rounded)s"
        }
        .replacing(/\b(?<name>waited_ms"?[: ])\d+/) { "\($0.output.name)<ms>" }
        .replacing(/\b0[0-9A-HJKMNP-TV-Z]{25}\b/.wordBoundaryKind(.simple), with: "<ulid>")
    }
}
