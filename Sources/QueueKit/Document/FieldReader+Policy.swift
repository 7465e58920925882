// Reads what a document says of exit codes and limits.
extension FieldReader {
    func bool(_ value: JSONValue) throws(DocumentError) -> Bool {
        guard case .bool(let flag) = value else { throw error(value, "is not true or false") }
        return flag
    }

    func codes(_ value: JSONValue) throws(DocumentError) -> Set<Int> {
        guard case .array(let values) = value else { throw error(value, "is not an array") }
        var codes: Set<Int> = []
        for (index, value) in values.enumerated() {
            guard let code = value.wholeNumber else { throw error(value, "is not a whole number", at: "[\(index)]") }
            guard JobLimits.exitCode.contains(Int(code)) else {
                throw error(value, "is out of range", at: "[\(index)]")
            }
            codes.insert(Int(code))
        }
        return codes
    }

    func waitsByCode(_ value: JSONValue) throws(DocumentError) -> [Int: Duration] {
        guard case .object(let members) = value else { throw error(value, "is not an object") }
        var waits: [Int: Duration] = [:]
        for member in members {
            // "075" would be a second name for 75.
            guard let code = Int(member.name), String(code) == member.name, JobLimits.exitCode.contains(code) else {
                throw error(.string(member.name), "is not an exit code")
            }
            let wait = try duration(member.value, at: ".\(code)")
            guard JobLimits.snooze.contains(wait) else { throw error(member.value, "is out of range", at: ".\(code)") }
            waits[code] = wait
        }
        return waits
    }

    func bytes(_ value: JSONValue) throws(DocumentError) -> Int {
        if let number = value.wholeNumber { return Int(number) }
        guard let bytes = value.string.flatMap(ByteSizeText.parse) else { throw error(value, "is not a size") }
        return bytes
    }
}
