/// An argument of a task.
public enum TaskArgument: Sendable, Hashable {
    /// A text.
    case string(String)
    /// A number; `3`, `3.0` and `3e0` are the same.
    case number(Double)
    /// True or false.
    case bool(Bool)

    /// The text, if it is one.
    public var string: String? { if case .string(let text) = self { text } else { nil } }
    /// The number, if it is one.
    public var number: Double? { if case .number(let number) = self { number } else { nil } }
    /// The number, if it is a whole one.
    public var integer: Int? { number.flatMap { Int(exactly: $0) } }
    /// True or false, if it is that.
    public var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
}

extension Job {
    /// The arguments of its task by name; none if it has none, or is no task.
    public var arguments: [String: TaskArgument] {
        guard case .task(_, let args?) = command, case .object(let members) = JSONValue.parsed(args) else { return [:] }
        let arguments: [(String, TaskArgument)] = members.compactMap { member in
            switch member.value {
            case .string(let text): (member.name, .string(text))
            case .number(let literal): Double(literal).map { (member.name, .number($0)) }
            case .bool(let flag): (member.name, .bool(flag))
            case .null, .array, .object: nil
            }
        }
        return Dictionary(arguments, uniquingKeysWith: { first, _ in first })
    }
}
