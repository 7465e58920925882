import QueueKit

/// What `enqueue` was asked to add.
enum EnqueueRequest {
    /// One job, or an array that is added as a whole or not at all.
    case jobs([JobDocument], queue: QueueName, isArray: Bool)
    /// The lines of a file.
    case lines(path: String, queue: QueueName?, stopsOnError: Bool)

    init(
        document: String?,
        file: String?,
        onError: String?,
        job: NewJobOptions,
        program: [String]
    ) throws(Failure) {
        let named = document != nil || file != nil
        if named, !job.isEmpty || !program.isEmpty {
            throw Failure(.usage, "Give the fields of the job in its document, or as flags, but not both")
        }
        if onError != nil, file == nil {
            throw Failure(.usage, "--on-error goes with --file")
        }
        if let path = file {
            guard document == nil else { throw Failure(.usage, "Give a document or --file, but not both") }
            let queue = try job.queue.map(QueueOption.name)
            self = .lines(path: path, queue: queue, stopsOnError: try Self.stopsOnError(onError))
        } else if let document {
            self = try Self.parsed(document, queue: try job.queue.map(QueueOption.name))
        } else {
            guard job.fields.hasProgram(program) else {
                throw Failure(
                    .usage,
                    "There is nothing to enqueue: give a document in JSON, --command, --task, a program behind --, or --file"
                )
            }
            let described = try job.document(program: program)
            self = .jobs([described], queue: described.queue ?? .default, isArray: false)
        }
    }

    private static func stopsOnError(_ word: String?) throws(Failure) -> Bool {
        switch word {
        case nil, "stop": return true
        case "skip": return false
        case let word?:
            throw Failure(.usage, "--on-error: \(TerminalText.quotedForMessage(word)) is not known; give stop or skip")
        }
    }

    private static func parsed(_ text: String, queue: QueueName?) throws(Failure) -> EnqueueRequest {
        guard text.first(where: { !$0.isWhitespace }) == "[" else {
            let document = try JobDocument.read(Array(text.utf8), for: queue, at: nil)
            return .jobs([document], queue: document.queue ?? .default, isArray: false)
        }
        return try array(text, queue: queue)
    }

    private static func array(_ text: String, queue: QueueName?) throws(Failure) -> EnqueueRequest {
        let value: JSONValue
        do {
            value = try JSONParser.parse(Array(text.utf8))
        } catch {
            throw Failure(.invalidDocument, "the array is not valid JSON: \(error.reason) (byte \(error.offset))")
        }
        guard case .array(let elements) = value, !elements.isEmpty else {
            throw Failure(.invalidDocument, "the array is empty; give at least one job")
        }
        guard elements.count <= arrayLimit else {
            throw Failure(
                .invalidDocument,
                "the array has \(elements.count.of("job")); give at most \(arrayLimit.grouped), or one on each line with --file"
            )
        }
        var documents: [JobDocument] = []
        var ids: Set<JobID> = []
        for (at, element) in elements.enumerated() {
            let document = try JobDocument.read(element, for: queue, at: "[\(at)]")
            if let id = document.id, !ids.insert(id).inserted {
                let problem = "[\(at)]: id: \"\(id)\" stands in the array twice; give each id once"
                throw Failure(.invalidDocument, problem, field: "id")
            }
            documents.append(document)
        }
        let names = Set(documents.map { $0.queue ?? .default })
        guard let name = names.first, names.count == 1 else {
            let list = names.sorted().map { "\"\($0)\"" }.joined(separator: " and ")
            throw Failure(
                .invalidDocument,
                "the array has jobs for \(list); give one queue, or one job on each line with --file",
                field: "queue"
            )
        }
        return .jobs(documents, queue: name, isArray: true)
    }

    /// What one script can add as a whole.
    private static let arrayLimit = 1000
}

extension JobDocument {
    /// Reads a document whose queue, if it names one, must be the one of the command line.
    static func read(_ json: [UInt8], for queue: QueueName?, at place: String?) throws(Failure) -> JobDocument {
        do {
            return try JobDocument(json: json).checked(for: queue)
        } catch {
            throw Failure(document: error, at: place)
        }
    }

    /// Does the same for a document that stands in an array.
    static func read(_ value: JSONValue, for queue: QueueName?, at place: String?) throws(Failure) -> JobDocument {
        do {
            return try JobDocument(value: value).checked(for: queue)
        } catch {
            throw Failure(document: error, at: place)
        }
    }

    /// The document with the queue of the command line, if that names one; a document must not name another.
    private func checked(for wanted: QueueName?) throws(DocumentError) -> JobDocument {
        guard let queue, let wanted, queue != wanted else {
            var document = self
            document.queue = queue ?? wanted
            return document
        }
        throw DocumentError(
            field: "queue",
            value: "\"\(queue)\"",
            problem: "is not \"\(wanted)\", which --queue names",
            accepted: "leave one of them out"
        )
    }
}
