import QueueKit
import YAMLReader

/// Reads the values of a task file, and gathers what is wrong with them, so that all of it can be told at once.
struct TaskFileReader {
    private(set) var problems: [TaskFileProblem] = []
    /// What is wrong only on this machine.
    private(set) var warnings: [TaskFileProblem] = []

    /// Notes that something is wrong. `place` is the path of names that leads there.
    mutating func refuse(_ place: String, _ line: Int, _ problem: String) {
        problems.append(Self.problem(place, line, problem))
    }

    /// Notes that this machine lacks something.
    mutating func warn(_ place: String, _ line: Int, _ problem: String) {
        warnings.append(Self.problem(place, line, problem))
    }

    private static func problem(_ place: String, _ line: Int, _ problem: String) -> TaskFileProblem {
        let message = TerminalText.shorten(TerminalText.escape("\(place): \(problem)"), to: 300)
        return TaskFileProblem(line: line, message: message)
    }

    /// The members of a mapping. Where it is said which names are known, others are refused.
    mutating func members(
        _ node: YAMLNode,
        _ place: String,
        known: [String]? = nil
    ) -> [String: YAMLNode] {
        guard case .mapping(let members) = node.content else {
            refuse(place, node.line, "is \(node.kind); give a mapping (name: value)")
            return [:]
        }
        var found: [String: YAMLNode] = [:]
        for member in members {
            guard known?.contains(member.name) ?? true else {
                let near = Suggestion.nearest(to: member.name, among: known ?? [])
                let advice = near.map { "did you mean \($0)?" } ?? "known are \((known ?? []).joined(separator: ", "))"
                refuse("\(place).\(member.name)", member.line, "is not known; \(advice)")
                continue
            }
            found[member.name] = member.value
        }
        return found
    }

    /// A text. Without quotes too, but not what YAML would take for something else.
    mutating func text(_ node: YAMLNode?, _ place: String) -> String? {
        guard let node else { return nil }
        guard case .scalar(let text, let isPlain) = node.content else {
            refuse(place, node.line, "is \(node.kind); give a text")
            return nil
        }
        if isPlain, text.isEmpty || text == "~" || text == "null" {
            refuse(place, node.line, "has no value; give a text")
            return nil
        }
        return text
    }

    /// A list of texts.
    mutating func texts(_ node: YAMLNode?, _ place: String) -> [String]? {
        guard let node else { return nil }
        guard case .sequence(let nodes) = node.content else {
            refuse(place, node.line, "is \(node.kind); give a list of texts")
            return nil
        }
        return nodes.enumerated().compactMap { text($1, "\(place)[\($0)]") }
    }

    /// A whole number.
    mutating func integer(_ node: YAMLNode?, _ place: String, _ range: ClosedRange<Int>) -> Int? {
        guard let node else { return nil }
        guard case .scalar(let text, isPlain: true) = node.content, let number = Int(text), range.contains(number)
        else {
            refuse(place, node.line, "is no whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    /// `true` or `false`; nothing else that YAML takes for these.
    mutating func boolean(_ node: YAMLNode?, _ place: String) -> Bool? {
        guard let node else { return nil }
        switch node.content {
        case .scalar("true", isPlain: true): return true
        case .scalar("false", isPlain: true): return false
        default:
            refuse(place, node.line, "is neither true nor false")
            return nil
        }
    }

    /// A duration, as jobs have them.
    mutating func duration(_ node: YAMLNode?, _ place: String, _ range: ClosedRange<Duration>) -> Duration? {
        guard let node, let text = text(node, place) else { return nil }
        guard let duration = DurationText.parse(text), range.contains(duration) else {
            let most = DurationText.format(range.upperBound)
            refuse(place, node.line, "is no duration up to \(most), such as 90s or 1h30m")
            return nil
        }
        return duration
    }

    /// An absolute path.
    mutating func path(_ node: YAMLNode?, _ place: String) -> String? {
        guard let node, let path = text(node, place) else { return nil }
        guard path.hasPrefix("/"), path.utf8.count <= JobLimits.pathBytes else {
            refuse(place, node.line, "is no absolute path")
            return nil
        }
        return path
    }

    /// Environment variables.
    mutating func environment(_ node: YAMLNode?, _ place: String) -> [String: String] {
        guard let node else { return [:] }
        var variables: [String: String] = [:]
        for (name, value) in members(node, place) {
            guard EnvironmentRule.isName(name) else {
                refuse("\(place).\(name)", value.line, "is no name of a variable")
                continue
            }
            variables[name] = text(value, "\(place).\(name)")
        }
        return variables
    }

    /// Environment variables whose values are found elsewhere.
    mutating func references(
        _ node: YAMLNode?,
        _ place: String,
        besides environment: [String: String]
    ) -> [String: SecretReference] {
        let texts = self.environment(node, place)
        var references: [String: SecretReference] = [:]
        for (name, text) in texts {
            let line = line(of: name, in: node)
            if environment[name] != nil { refuse("\(place).\(name)", line, "is in env too; give it in one of them") }
            references[name] = SecretReference(ofTask: text)
            if references[name] == nil {
                // What was given is not shown: it may be the secret itself.
                refuse(
                    "\(place).\(name)",
                    line,
                    "says no place to look; give file:NAME, file:/PATH or variable:NAME"
                )
            }
        }
        return references
    }

    private func line(of name: String, in node: YAMLNode?) -> Int {
        guard case .mapping(let members)? = node?.content else { return node?.line ?? 1 }
        return members.first { $0.name == name }?.value.line ?? 1
    }
}
