// Checks of a job that names a task, and of the other names in it.
extension JobDocument {
    /// Checks that there is exactly one thing to do, and that it can be done.
    func checkProgram() throws(DocumentError) {
        let given = [(DocumentField.command, command != nil), (.argv, argv != nil), (.task, task != nil)].filter(\.1)
        guard let program = given.first?.0 else {
            throw DocumentError(field: "command", problem: "is missing", accepted: "give command, argv or task")
        }
        if given.count > 1 {
            throw DocumentError(
                field: program.rawValue,
                problem: "excludes \(given[1].0.rawValue)",
                accepted: "give one of them"
            )
        }
        if args != nil, task == nil {
            throw DocumentError(
                field: "args",
                problem: "is for a task, and there is none",
                accepted: "give task, or put the arguments into argv"
            )
        }
        if let command {
            if command.allSatisfy(\.isWhitespace) { throw error(.command, command, "is blank") }
            try checkArgument(command, .command)
        } else if let argv {
            try checkArguments(argv)
        } else if let task {
            try checkName(task, .task)
        }
    }

    private func checkArguments(_ argv: [String]) throws(DocumentError) {
        if argv.isEmpty {
            throw DocumentError(
                field: "argv",
                value: "[]",
                problem: "is empty",
                accepted: DocumentField.argv.accepted
            )
        }
        if argv[0].isEmpty { throw error(.argv, "", "is empty", at: "[0]") }
        for (index, argument) in argv.enumerated() { try checkArgument(argument, .argv, index) }
    }

    /// Checks the name of a task, or of a list for answers.
    func checkName(_ name: String, _ field: DocumentField) throws(DocumentError) {
        guard !NameRule.allows(name, bytes: JobLimits.nameBytes) else { return }
        throw NameRule.error(
            field: field.rawValue,
            name,
            limit: JobLimits.nameBytes.upperBound,
            accepted: field.accepted
        )
    }
}

extension FieldReader {
    /// The arguments of a task, as JSON text.
    func arguments(_ value: JSONValue) throws(DocumentError) -> String {
        guard case .object(let members) = value else { throw error(value, "is not an object") }
        if members.count > JobLimits.args {
            throw DocumentError(
                field: field.rawValue,
                problem: "has \(members.count) members",
                accepted: field.accepted
            )
        }
        for member in members {
            guard JobLimits.argNameBytes.contains(member.name.utf8.count) else {
                throw error(.string(member.name), "is a name of \(member.name.utf8.count) bytes")
            }
            try checkArgument(member.value, at: ".\(member.name)")
        }
        return value.text
    }

    private func checkArgument(_ value: JSONValue, at place: String, inList: Bool = false) throws(DocumentError) {
        switch value {
        case .string, .number, .bool: break
        case .array(let elements) where !inList:
            if elements.count > JobLimits.argElements {
                throw DocumentError(
                    field: field.rawValue + place,
                    problem: "has \(elements.count) elements",
                    accepted: field.accepted
                )
            }
            for (index, element) in elements.enumerated() {
                try checkArgument(element, at: "\(place)[\(index)]", inList: true)
            }
        case .null, .array, .object:
            let others = inList ? "" : ", or a list of these"
            throw error(value, "is not a string, a number or a boolean" + others, at: place)
        }
    }
}
