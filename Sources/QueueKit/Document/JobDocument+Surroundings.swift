// Checks of what surrounds a job: its folder, its environment, its labels.
extension JobDocument {
    func checkPath(_ path: String) throws(DocumentError) {
        if !path.hasPrefix("/") {
            throw error(.cwd, path, "is not an absolute path", accepted: "give a path that begins with /")
        }
        if path.utf8.contains(0) { throw error(.cwd, path, "contains a NUL character") }
        if path.utf8.count > JobLimits.pathBytes {
            throw error(.cwd, path, "has \(path.utf8.count) bytes", accepted: "give at most \(JobLimits.pathBytes)")
        }
    }

    func checkEnvironment(_ env: [String: String]) throws(DocumentError) {
        // Sorted, so that of several errors the same one is named every time.
        for (name, value) in env.sorted(by: { $0.key < $1.key }) {
            let path = ".\(name)"
            try checkVariable(name, .env)
            if value.utf8.contains(0) { throw error(.env, value, "contains a NUL character", at: path) }
            let bytes = name.utf8.count + 1 + value.utf8.count
            if bytes > JobLimits.argumentBytes {
                throw error(
                    .env,
                    value,
                    "has \(bytes) bytes with its name",
                    at: path,
                    accepted: "give at most \(JobLimits.argumentBytes), the kernel's limit"
                )
            }
        }
    }

    /// Checks the names of the variables that the worker fills in. What they refer to was checked when it was read.
    func checkReferences(_ references: [String: SecretReference]) throws(DocumentError) {
        if references.count > JobLimits.envFrom {
            throw DocumentError(
                field: "env_from",
                problem: "has \(references.count) variables",
                accepted: "give at most \(JobLimits.envFrom)"
            )
        }
        for name in references.keys.sorted() {
            try checkVariable(name, .envFrom)
            let problem: String? =
                if name.utf8.count > JobLimits.variableBytes.upperBound {
                    "has a name of \(name.utf8.count) bytes; give at most \(JobLimits.variableBytes.upperBound)"
                } else if env?[name] != nil {
                    "is in env too; give it in one of them"
                } else {
                    nil
                }
            if let problem { throw DocumentError(field: "env_from.\(name)", problem: problem) }
        }
    }

    private func checkVariable(_ name: String, _ field: DocumentField) throws(DocumentError) {
        if !EnvironmentName.isValid(name) {
            throw DocumentError(
                field: field.rawValue,
                value: TerminalText.quotedForMessage(name),
                problem: "is not a name for a variable",
                accepted: "give letters, digits and _, not beginning with a digit"
            )
        }
        if name.hasPrefix("QUEUECTL_") {
            throw DocumentError(
                field: "\(field.rawValue).\(name)",
                problem: "is set by queuectl alone",
                accepted: "give a name without QUEUECTL_"
            )
        }
    }

    func checkTags(_ tags: [String]) throws(DocumentError) {
        if tags.count > JobLimits.tags {
            throw DocumentError(
                field: "tags",
                problem: "has \(tags.count) entries",
                accepted: DocumentField.tags.accepted
            )
        }
        for (index, tag) in tags.enumerated() {
            if !(1...JobLimits.tagBytes ~= tag.utf8.count) {
                throw error(.tags, tag, "has \(tag.utf8.count) bytes", at: "[\(index)]")
            }
            if tag.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
                throw error(.tags, tag, "contains a control character", at: "[\(index)]")
            }
        }
    }
}
