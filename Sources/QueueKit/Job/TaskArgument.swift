/// An argument of a task.
public enum TaskArgument: Sendable, Hashable {
    /// A text.
    case string(String)
    /// A number; `3`, `3.0` and `3e0` are the same.
    case number(Double)
    /// True or false.
    case bool(Bool)
    /// Several of these, no lists among them.
    case list([TaskArgument])

    /// The text, if it is one.
    public var string: String? { if case .string(let text) = self { text } else { nil } }
    /// The number, if it is one.
    public var number: Double? { if case .number(let number) = self { number } else { nil } }
    /// The number, if it is a whole one.
    public var integer: Int? { number.flatMap { Int(exactly: $0) } }
    /// True or false, if it is that.
    public var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    /// The elements, if it is a list.
    public var list: [TaskArgument]? { if case .list(let elements) = self { elements } else { nil } }

    init?(_ value: JSONValue) {
        switch value {
        case .string(let text): self = .string(text)
        case .number(let literal):
            guard let number = Double(literal) else { return nil }
            self = .number(number)
        case .bool(let flag): self = .bool(flag)
        case .array(let elements): self = .list(elements.compactMap(TaskArgument.init))
        case .null, .object: return nil
        }
    }
}

extension Job {
    /// The arguments of its task by name; none if it has none, or is no task.
    public var arguments: [String: TaskArgument] {
        guard case .task(_, let args?) = command, case .object(let members) = JSONValue.parsed(args) else { return [:] }
        let arguments: [(String, TaskArgument)] = members.compactMap { member in
            TaskArgument(member.value).map { (member.name, $0) }
        }
        return Dictionary(arguments, uniquingKeysWith: { first, _ in first })
    }
}
