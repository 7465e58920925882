import QueueKit
import YAMLReader

extension TaskFileReader {
    private static let types = ["string", "integer", "boolean", "path", "list"]
    /// What each type may have besides `type`, `optional` and `allow_dash`.
    private static let settings: [String: [String]] = [
        "string": ["pattern", "enum", "max_bytes"], "integer": ["min", "max"], "boolean": ["flag"],
        "path": ["root", "must_exist"], "list": ["of", "min_items", "max_items"],
    ]

    /// What an argument has to be.
    ///
    /// - Parameter isElement: It is what the elements of a list are: of these, only the list can be left out or begin with a dash.
    mutating func parameter(_ node: YAMLNode, _ place: String, isElement: Bool = false) -> TaskParameter {
        let all = isElement ? ["type"] : ["type", "optional", "allow_dash"]
        let type = typeName(node, place)
        let members = members(node, place, known: all + (Self.settings[type] ?? []))
        var parameter = TaskParameter(kind: kind(type, members, node, place))
        parameter.isOptional = boolean(members["optional"], "\(place).optional") ?? (type == "boolean")
        parameter.allowsDash = boolean(members["allow_dash"], "\(place).allow_dash") ?? false
        return parameter
    }

    /// The type, which decides what else is known; `string` where it is not given, or nonsense.
    private mutating func typeName(_ node: YAMLNode, _ place: String) -> String {
        guard case .mapping(let members) = node.content,
            let type = members.first(where: { $0.name == "type" })
        else {
            refuse("\(place).type", node.line, "is missing; give one of \(Self.types.joined(separator: ", "))")
            return "string"
        }
        guard let name = text(type.value, "\(place).type") else { return "string" }
        guard Self.types.contains(name) else {
            refuse(
                "\(place).type",
                type.line,
                "\(name) is not known; give one of \(Self.types.joined(separator: ", "))"
            )
            return "string"
        }
        return name
    }

    private mutating func kind(
        _ type: String,
        _ members: [String: YAMLNode],
        _ node: YAMLNode,
        _ place: String
    ) -> TaskParameter.Kind {
        switch type {
        case "integer":
            let low = integer(members["min"], "\(place).min", .min ... .max) ?? .min
            let high = integer(members["max"], "\(place).max", .min ... .max) ?? .max
            return .integer(range(low, high, node, place))
        case "boolean":
            guard let flag = text(members["flag"], "\(place).flag") else {
                if members["flag"] == nil {
                    refuse("\(place).flag", node.line, "is missing; give the word for true, such as --all")
                }
                return .boolean(flag: "")
            }
            return .boolean(flag: flag)
        case "path":
            let root = path(members["root"], "\(place).root")
            if members["root"] == nil {
                refuse("\(place).root", node.line, "is missing; give the folder that it stays below")
            }
            let mustExist = boolean(members["must_exist"], "\(place).must_exist") ?? true
            return .path(root: root ?? "/", mustExist: mustExist)
        case "list":
            guard let element = members["of"] else {
                refuse("\(place).of", node.line, "is missing; give what each element is: {type: string}")
                return .list(of: .boolean(flag: ""), 0...0)
            }
            let inner = parameter(element, "\(place).of", isElement: true)
            switch inner.kind {
            case .list, .boolean:
                refuse("\(place).of", element.line, "is a list or a boolean; a list holds texts, integers or paths")
            case .string, .integer, .path: break
            }
            let low = integer(members["min_items"], "\(place).min_items", 0...10_000) ?? 0
            let high = integer(members["max_items"], "\(place).max_items", 0...10_000) ?? 1000
            return .list(of: inner.kind, range(low, high, node, place))
        default:
            let most = integer(members["max_bytes"], "\(place).max_bytes", 1...JobLimits.argumentBytes)
            let usual = members["pattern"] == nil ? JobLimits.argumentBytes : TextPattern.usualBytes
            return .string(
                pattern: pattern(members["pattern"], "\(place).pattern"),
                choices: texts(members["enum"], "\(place).enum"),
                maxBytes: most ?? usual
            )
        }
    }

    private mutating func range(_ low: Int, _ high: Int, _ node: YAMLNode, _ place: String) -> ClosedRange<Int> {
        guard low <= high else {
            refuse(place, node.line, "begins with \(low), which is above its end \(high)")
            return low...low
        }
        return low...high
    }

    private mutating func pattern(_ node: YAMLNode?, _ place: String) -> TextPattern? {
        guard let node, let text = text(node, place) else { return nil }
        do throws(RegularExpression.Malformed) {
            return try TextPattern(text)
        } catch {
            refuse(place, node.line, "is no POSIX extended regular expression: \(error.reason)")
            return nil
        }
    }
}
