import CYAML

/// Reads YAML files of which nothing may be misunderstood: one document without anchors, aliases, tags, or a name given twice.
package struct YAMLReader {
    private static let depth = 32

    /// Where it stays: it points to itself.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let bytes: [UInt8]

    /// Reads a file.
    package static func read(_ bytes: [UInt8]) throws(YAMLError) -> YAMLNode {
        // Beyond a NUL some would read on and others not.
        if let at = bytes.firstIndex(of: 0) {
            throw YAMLError(line: line(of: at, in: bytes), reason: "there is a NUL byte")
        }
        let reader = YAMLReader(parser: .allocate(capacity: 1), bytes: bytes)
        defer { reader.parser.deallocate() }
        guard yaml_parser_initialize(reader.parser) == 1 else { throw YAMLError(line: 1, reason: "out of memory") }
        defer { yaml_parser_delete(reader.parser) }
        var result: Result<YAMLNode, YAMLError> = .failure(YAMLError(line: 1, reason: "the file is empty"))
        bytes.withUnsafeBufferPointer { buffer in
            yaml_parser_set_input_string(reader.parser, buffer.baseAddress, buffer.count)
            do throws(YAMLError) {
                result = .success(try reader.document())
            } catch {
                result = .failure(error)
            }
        }
        return try result.get()
    }

    private static func line(of offset: Int, in bytes: [UInt8]) -> Int {
        1 + bytes.prefix(offset).count { $0 == UInt8(ascii: "\n") }
    }

    private func document() throws(YAMLError) -> YAMLNode {
        _ = try next()
        let start = try next()
        guard case .begin = start.kind else { throw YAMLError(line: start.line, reason: "the file is empty") }
        let node = try node(from: try next(), depth: 0)
        _ = try next()
        let end = try next()
        guard case .end = end.kind else {
            throw YAMLError(line: end.line, reason: "a second document begins; give one")
        }
        return node
    }

    private func node(from event: Event, depth: Int) throws(YAMLError) -> YAMLNode {
        guard depth < Self.depth else { throw YAMLError(line: event.line, reason: "it is nested too deeply") }
        switch event.kind {
        case .scalar(let text, let isPlain):
            return YAMLNode(content: .scalar(text, isPlain: isPlain), line: event.line)
        case .sequence:
            var nodes: [YAMLNode] = []
            while true {
                let event = try next()
                if case .end = event.kind { break }
                nodes.append(try node(from: event, depth: depth + 1))
            }
            return YAMLNode(content: .sequence(nodes), line: event.line)
        case .mapping:
            return YAMLNode(content: .mapping(try members(depth: depth + 1)), line: event.line)
        case .begin, .end:
            throw YAMLError(line: event.line, reason: "a value is missing")
        }
    }

    private func members(depth: Int) throws(YAMLError) -> [YAMLMember] {
        var members: [YAMLMember] = []
        var lines: [String: Int] = [:]
        while true {
            let event = try next()
            if case .end = event.kind { return members }
            guard case .scalar(let name, _) = event.kind else {
                throw YAMLError(line: event.line, reason: "a name must be a text")
            }
            if let other = lines.updateValue(event.line, forKey: name) {
                throw YAMLError(line: event.line, reason: "\(name) is given twice, first in line \(other)")
            }
            let value = try node(from: try next(), depth: depth)
            members.append(YAMLMember(name: name, line: event.line, value: value))
        }
    }

    private struct Event {
        enum Kind {
            case scalar(String, isPlain: Bool)
            case sequence, mapping
            /// Of a document.
            case begin
            /// Of a sequence, a mapping, a document or the file.
            case end
        }

        let kind: Kind
        let line: Int
    }

    private func next() throws(YAMLError) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else {
            let reason = parser.pointee.problem.map { String(cString: $0) } ?? "it is no YAML"
            // What cannot even be read has no mark yet.
            let isUnreadable = parser.pointee.error == YAML_READER_ERROR
            let line =
                isUnreadable
                ? Self.line(of: parser.pointee.problem_offset, in: bytes) : parser.pointee.problem_mark.line + 1
            throw YAMLError(line: line, reason: reason)
        }
        defer { yaml_event_delete(&event) }
        let line = event.start_mark.line + 1
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            try refuse(scalar.anchor, scalar.tag, line)
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            return Event(kind: .scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE), line: line)
        case YAML_SEQUENCE_START_EVENT:
            try refuse(event.data.sequence_start.anchor, event.data.sequence_start.tag, line)
            return Event(kind: .sequence, line: line)
        case YAML_MAPPING_START_EVENT:
            try refuse(event.data.mapping_start.anchor, event.data.mapping_start.tag, line)
            return Event(kind: .mapping, line: line)
        case YAML_ALIAS_EVENT: throw YAMLError(line: line, reason: "aliases (*) are not supported; write it out")
        case YAML_STREAM_START_EVENT, YAML_DOCUMENT_START_EVENT: return Event(kind: .begin, line: line)
        default: return Event(kind: .end, line: line)
        }
    }

    private func refuse(
        _ anchor: UnsafeMutablePointer<UInt8>?,
        _ tag: UnsafeMutablePointer<UInt8>?,
        _ line: Int
    ) throws(YAMLError) {
        if anchor != nil { throw YAMLError(line: line, reason: "anchors (&) are not supported; write it out") }
        if tag != nil { throw YAMLError(line: line, reason: "tags (!) are not supported") }
    }
}
