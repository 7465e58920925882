/// Takes the fields of a stored hash one by one, and remembers the first that is damaged.
struct StoredFields {
    private var values: [String: [UInt8]]
    private(set) var corrupt: String?

    init(_ fields: some Sequence<(String, [UInt8])>) {
        values = Dictionary(fields, uniquingKeysWith: { _, last in last })
    }

    /// The names that nobody asked for.
    var unreadNames: [String] { values.keys.sorted() }

    mutating func report(_ problem: String) {
        if corrupt == nil { corrupt = problem }
    }

    mutating func report(_ name: String, _ value: String, _ problem: String) {
        report("\(name): \(TerminalText.quotedForMessage(value)) \(problem)")
    }

    /// Adds a field, unless there is one of that name.
    mutating func add(_ name: String, _ value: String) {
        if values[name] == nil { values[name] = Array(value.utf8) }
    }

    mutating func bytes(_ name: String) -> [UInt8]? { values.removeValue(forKey: name) }

    mutating func text(_ name: String) -> String? {
        guard let bytes = values.removeValue(forKey: name) else { return nil }
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        report("\(name): it is not valid UTF-8")
        return nil
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = text(name) else { return nil }
        if let number = Int(text), range.contains(number) { return number }
        report(name, text, "is not a number it can have")
        return nil
    }

    mutating func number(_ name: String, in range: ClosedRange<Double>) -> Double? {
        guard let text = text(name) else { return nil }
        if let number = NumberText.parse(text), range.contains(number) { return number }
        report(name, text, "is not a number it can have")
        return nil
    }

    /// What is longer than a hundred years was never written by us, and would overflow sums with times.
    mutating func duration(
        _ name: String,
        in range: ClosedRange<Duration> = .zero ... .milliseconds(3_155_760_000_000)
    ) -> Duration? {
        let milliseconds = Int(range.lowerBound.wholeMilliseconds)...Int(range.upperBound.wholeMilliseconds)
        return integer(name, in: milliseconds).map { .milliseconds($0) }
    }

    mutating func time(_ name: String) -> Timestamp? {
        integer(name, in: 0...Int(Timestamp.latest.milliseconds)).map { Timestamp(milliseconds: Int64($0)) }
    }

    mutating func strings(_ name: String) -> [String]? {
        json(name, as: .argv) { reader, value throws(DocumentError) in try reader.strings(value) }
    }

    mutating func stringsByName(_ name: String) -> [String: String]? {
        json(name, as: .env) { reader, value throws(DocumentError) in try reader.stringsByName(value) }
    }

    mutating func references(_ name: String) -> [String: SecretReference]? {
        json(name, as: .envFrom) { reader, value throws(DocumentError) in
            let references = try reader.references(value)
            guard references.count <= JobLimits.envFrom, references.keys.allSatisfy(Self.isVariable) else {
                throw DocumentError(field: name, problem: "names too many variables, or one that cannot be set")
            }
            return references
        }
    }

    /// Whether a job may have such a variable set.
    private static func isVariable(_ name: String) -> Bool {
        JobLimits.variableBytes.contains(name.utf8.count) && EnvironmentName.isValid(name)
            && !name.hasPrefix("QUEUECTL_")
    }

    mutating func codes(_ name: String) -> Set<Int>? {
        json(name, as: .successCodes) { reader, value throws(DocumentError) in try reader.codes(value) }
    }

    mutating func waitsByCode(_ name: String) -> [Int: Duration]? {
        json(name, as: .snoozeCodes) { reader, value throws(DocumentError) in try reader.waitsByCode(value) }
    }

    mutating func bool(_ name: String) -> Bool? {
        json(name, as: .retryOnOtherHost) { reader, value throws(DocumentError) in try reader.bool(value) }
    }

    mutating func object(_ name: String) -> String? {
        json(name, as: .meta) { reader, value throws(DocumentError) in try reader.object(value) }
    }

    private mutating func json<Value>(
        _ name: String,
        as form: DocumentField,
        _ read: (FieldReader, JSONValue) throws(DocumentError) -> Value
    ) -> Value? {
        guard let text = text(name) else { return nil }
        do {
            return try read(FieldReader(field: form), try JSONParser.parse(Array(text.utf8)))
        } catch let error as JSONError {
            report(name, text, "is not valid JSON: \(error.reason)")
        } catch {
            report(name, text, "has another shape than it should")
        }
        return nil
    }
}
