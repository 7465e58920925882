/// The id of a job, unique within its queue: 1...128 of `A-Z a-z 0-9 _ . -`, but neither `.` nor `..`.
public struct JobID: Sendable, Hashable, CustomStringConvertible {
    /// The id as text.
    public let text: String

    /// Checks an id.
    ///
    /// - Throws: `DocumentError` for the field `id` if it is not of that form.
    public init(_ text: String) throws(DocumentError) {
        guard NameRule.allows(text, bytes: 1...128) else {
            throw NameRule.error(field: "id", text, limit: 128, accepted: Self.accepted)
        }
        self.text = text
    }

    /// Takes a generated id: its alphabet needs no check.
    init(ulid: String) {
        text = ulid
    }

    /// The id as text.
    public var description: String { text }

    static let accepted = "give 1...128 letters, digits, _ . or -"
}

/// The rule that names of jobs and queues have in common.
///
/// They appear in Redis keys, in file names and in URLs: no separator, brace or space may be in them, nor may they be
/// the two names that mean a folder.
package enum NameRule {
    package static func allows(_ text: String, bytes: ClosedRange<Int>) -> Bool {
        bytes.contains(text.utf8.count) && text != "." && text != ".." && text.utf8.allSatisfy(allows)
    }

    /// What may be given, as the end of a message.
    static func accepted(_ bytes: ClosedRange<Int>) -> String { "give \(bytes) letters, digits, _ . or -" }

    static func error(field: String, _ text: String, limit: Int, accepted: String) -> DocumentError {
        let problem =
            if text.isEmpty {
                "is empty"
            } else if text.utf8.count > limit {
                "has \(text.utf8.count) bytes"
            } else if text == "." || text == ".." {
                "is reserved"
            } else {
                "has characters that are not allowed"
            }
        return DocumentError(
            field: field,
            value: TerminalText.quotedForMessage(text),
            problem: problem,
            accepted: accepted
        )
    }

    static func allows(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
            true
        default:
            false
        }
    }
}
