/// A job as it was read in order to be changed: what it asks for, as a document, and what tells whether it has changed
/// since.
///
/// A field that is missing has its built-in default: what the configuration said was written into the job when it was
/// enqueued. `run_at` is when the job runs next, if it waits for that.
public struct JobDraft: Sendable {
    /// The job.
    public let job: Job
    /// The document, a member for each field that the job has.
    package let members: [JSONMember]
    /// The fields of the document as they are stored, damaged ones included.
    let stored: [String: [UInt8]]
    /// What a field means that the document leaves open.
    var defaults = QueueConfiguration.builtIn
    /// `run`, `created_at` and `edited_at` as they are stored; empty where they are missing.
    let marks: [String]

    /// Reads the fields of a job's hash.
    init(id: JobID, queue: QueueName, fields: [(String, [UInt8])]) {
        let job = Job(id: id, queue: queue, fields: fields)
        let values = Dictionary(fields, uniquingKeysWith: { _, last in last })
        let hasRun = values["run"] != nil
        // Of a job that was started its expiry says nothing any more; a retry may well be due later.
        let stored = values.filter { Self.field(storedAs: $0.key) != nil && !(hasRun && $0.key == "expires_at") }
        let waits = job.state == .scheduled || job.state == .failed
        self.job = job
        self.stored = stored
        marks = ["run", "created_at", "edited_at"].map { String(decoding: values[$0] ?? [], as: UTF8.self) }
        if let document = job.document {
            members = Self.members(ofUnread: document, hasEnded: values["finished_at"] != nil)
        } else {
            members = Self.members(stored) + Self.timing(waits ? job.nextRunAt : nil)
        }
    }

    /// The document with some fields set and others left out. What excludes a field that is set goes: `argv` and `task`
    /// for a `command`, `run_at` for a `delay`, and the other way round.
    package func members(setting given: [JSONMember], leavingOut names: Set<String>) -> [JSONMember] {
        let gone = Self.changed(setting: given, leavingOut: names)
        return members.filter { !gone.contains($0.name) } + given
    }

    /// The names of the fields of which nothing stays, when some are set and others left out.
    package static func changed(setting given: [JSONMember], leavingOut names: Set<String>) -> Set<String> {
        let rivals = [
            "command": ["argv", "task", "args"], "argv": ["command", "task", "args"], "task": ["command", "argv"],
            "delay": ["run_at"], "run_at": ["delay"],
        ]
        return names.union(given.map(\.name)).union(given.flatMap { rivals[$0.name] ?? [] })
    }

    /// Checks a document that is to take the place of this one.
    ///
    /// - Throws: `DocumentError` for the first thing wrong; another id or queue than the job's are wrong too.
    package func document(_ value: JSONValue) throws(DocumentError) -> JobDocument {
        let document = try JobDocument(value: value, pushedTo: job.queue)
        if let id = document.id, id != job.id {
            let reader = FieldReader(field: .id)
            throw reader.error(.string(id.text), "is another id than the job's", accepted: "leave it out")
        }
        return document
    }

    /// What the job is to be, as it will be stored.
    func fields(of document: JobDocument) -> [String: [UInt8]] {
        let fields = document.fields(configuration: defaults).map { ($0.name, Array($0.value.utf8)) }
        return Dictionary(fields, uniquingKeysWith: { _, last in last })
            .filter { Self.field(storedAs: $0.key) != nil }
    }

    /// The field of a document that is stored under this name. Not what names the job, and not its time, of which the
    /// transitions keep their own record.
    private static func field(storedAs name: String) -> DocumentField? {
        switch DocumentField.field(storedAs: name) ?? DocumentField(rawValue: name) {
        case .version, .id, .queue, .delay, .runAt, nil: return nil
        case let field?: return field
        }
    }

    /// A document of what is stored, in the usual order. What is damaged is left out.
    static func members(_ stored: [String: [UInt8]]) -> [JSONMember] {
        DocumentField.allCases.compactMap { field in
            let milliseconds = stored[field.rawValue + "_ms"].flatMap { Int64(String(decoding: $0, as: UTF8.self)) }
            if let milliseconds {
                let text = DurationText.format(.milliseconds(milliseconds))
                return JSONMember(name: field.rawValue, value: .string(text))
            }
            if field == .expires {
                let number = stored["expires_at"].flatMap { Int64(String(decoding: $0, as: UTF8.self)) }
                let time = number.map(Timestamp.init(milliseconds:))
                guard let time, JobLimits.runAt.contains(time) else { return nil }
                return JSONMember(name: field.rawValue, value: .string(time.rfc3339))
            }
            guard let bytes = stored[field.rawValue] else { return nil }
            do {
                let value = try JobDocument.value(of: field, in: bytes)
                var document = JobDocument()
                try document.set(field, to: value)
                return JSONMember(name: field.rawValue, value: value)
            } catch {
                return nil
            }
        }
    }

    /// A document as its members are read of a stored job, with its durations.
    func members(of document: JobDocument) -> [JSONMember] {
        var members = Self.members(fields(of: document)) + Self.timing(document.runAt)
        if case .after(let wait) = document.expires {
            members.append(JSONMember(name: DocumentField.expires.rawValue, value: .string(DurationText.format(wait))))
        }
        if let delay = document.delay, delay != .zero {
            members.append(JSONMember(name: DocumentField.delay.rawValue, value: .string(DurationText.format(delay))))
        }
        return members
    }

    static func timing(_ time: Timestamp?) -> [JSONMember] {
        time.map { [JSONMember(name: DocumentField.runAt.rawValue, value: .string($0.rfc3339))] } ?? []
    }
}

extension QueueConfiguration {
    /// What a stored job means where a field is missing.
    static let builtIn: QueueConfiguration = {
        var configuration = QueueConfiguration()
        configuration.priority = StoredDefaults.priority
        configuration.maxRetries = StoredDefaults.maxRetries
        configuration.backoffBase = StoredDefaults.backoffBase
        configuration.backoffCap = StoredDefaults.backoffCap
        configuration.grace = StoredDefaults.grace
        configuration.exitCodes = StoredDefaults.exitCodes
        return configuration
    }()
}
