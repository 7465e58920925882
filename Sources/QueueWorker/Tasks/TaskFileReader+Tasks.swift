import QueueKit
import YAMLReader

extension TaskFileReader {
    /// The tasks of a file, by name.
    mutating func tasks(_ node: YAMLNode?) -> [String: TaskTemplate] {
        guard let node else { return [:] }
        var tasks: [String: TaskTemplate] = [:]
        for (name, node) in members(node, "tasks").sorted(by: { $0.value.line < $1.value.line }) {
            let place = "tasks.\(name)"
            guard NameRule.allows(name, bytes: JobLimits.nameBytes) else {
                refuse(place, node.line, "is no name of a task; give 1...128 of A-Z a-z 0-9 _ . -")
                continue
            }
            tasks[name] = task(node, place)
        }
        return tasks
    }

    private mutating func task(_ node: YAMLNode, _ place: String) -> TaskTemplate {
        let members = members(
            node,
            place,
            known: ["argv", "args", "timeout", "max_retries", "env", "env_from", "cwd", "stdin", "description"]
        )
        var task = TaskTemplate()
        if let args = members["args"] {
            for (name, node) in self.members(args, "\(place).args") {
                task.parameters[name] = parameter(node, "\(place).args.\(name)")
            }
        }
        task.timeout = duration(members["timeout"], "\(place).timeout", JobLimits.timeout)
        task.maxRetries = integer(members["max_retries"], "\(place).max_retries", JobLimits.maxRetries)
        task.environment = environment(members["env"], "\(place).env")
        task.environmentFrom = references(members["env_from"], "\(place).env_from", besides: task.environment)
        task.cwd = path(members["cwd"], "\(place).cwd")
        task.takesStdin = boolean(members["stdin"], "\(place).stdin") ?? false
        _ = text(members["description"], "\(place).description")
        task.parts = parts(members["argv"], &task, node.line, place)
        return task
    }

    /// The argv: words, and lists of words that are left out together.
    private mutating func parts(
        _ node: YAMLNode?,
        _ task: inout TaskTemplate,
        _ line: Int,
        _ place: String
    ) -> [TaskTemplate.Part] {
        let place = "\(place).argv"
        guard let node, case .sequence(let nodes) = node.content, let first = nodes.first else {
            refuse(place, node?.line ?? line, "is no list of a program and its arguments")
            return []
        }
        var flat: [TaskTemplate.Word] = []
        var used: Set<String> = []
        var hasDashes = false
        let parts = nodes.enumerated().map { at, node in
            var part: TaskTemplate.Part = []
            var inner = [node]
            var isList = false
            if case .sequence(let words) = node.content { (inner, isList) = (words, true) }
            for node in inner {
                let pieces = word(node, "\(place)[\(at)]", task)
                let word = TaskTemplate.Word(pieces: pieces, isAfterDashes: hasDashes, isInList: isList)
                flat.append(word)
                used.formUnion(word.names)
                part.append(word)
                if let advice = Interpreter.adviceIfLastIsScript(flat) {
                    refuse("\(place)[\(at)]", node.line, "would make a value part of a script; \(advice)")
                }
                if pieces == [.literal("--")], !isList { hasDashes = true }
            }
            return part
        }
        checkProgram(parts.first?.first, first, place)
        for name in task.parameters.keys.sorted() where !used.contains(name) {
            refuse(place, node.line, "does not use the argument \(name)")
        }
        return parts
    }

    private mutating func word(_ node: YAMLNode, _ place: String, _ task: TaskTemplate) -> [TaskTemplate.Piece] {
        // An empty word is an argument like any other.
        let text: String
        if case .scalar("", isPlain: false) = node.content { text = "" } else { text = self.text(node, place) ?? "" }
        do throws(TaskTemplate.Malformed) {
            let pieces = try TaskTemplate.pieces(of: text)
            for case .argument(let name) in pieces {
                guard let parameter = task.parameters[name] else {
                    let near = Suggestion.nearest(to: name, among: task.parameters.keys.sorted())
                    refuse(
                        place,
                        node.line,
                        "{\(name)} is no argument of the task" + (near.map { "; did you mean \($0)?" } ?? "")
                    )
                    continue
                }
                switch parameter.kind {
                case .boolean where pieces.count > 1, .list where pieces.count > 1:
                    refuse(place, node.line, "{\(name)} must be a word of its own: it may stand for none, or several")
                default: break
                }
            }
            return pieces
        } catch {
            refuse(place, node.line, error.text)
            return [.literal(text)]
        }
    }

    private mutating func checkProgram(_ word: TaskTemplate.Word?, _ node: YAMLNode, _ place: String) {
        guard let word, !word.isInList, word.pieces.count == 1, case .literal(let program) = word.pieces[0],
            !program.isEmpty
        else {
            return refuse("\(place)[0]", node.line, "is no program; a value cannot choose it")
        }
    }
}
