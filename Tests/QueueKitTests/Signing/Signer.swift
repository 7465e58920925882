import TestSupport

@testable import QueueKit

/// Keys for tests.
enum Signer {
    static func key(_ id: String, _ byte: UInt8 = 7) throws -> SigningKey {
        try SigningKey(id: id, secret: [UInt8](repeating: byte, count: 32))
    }

    static func keys() throws -> SigningKeys { try SigningKeys([key("one", 1), key("two", 2)]) }
}

extension TestQueue {
    /// A signed job.
    func signed(
        _ id: String,
        json: String = #"{"command":"true"}"#,
        by key: SigningKey? = nil,
        validFor: Duration = .seconds(3600)
    ) throws -> JobDocument {
        var document = try JobDocument(json: json)
        document.id = try JobID(id)
        let end = Timestamp(milliseconds: Timestamp.now().milliseconds + validFor.wholeMilliseconds)
        return try document.signed(by: try key ?? Signer.keys().first, in: queue.keys, validUntil: end)
    }
}
