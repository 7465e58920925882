/// The keys that a worker trusts, or that a producer signs with.
///
/// To change keys without a gap: add the new one to the files of all workers, then put it first where jobs are signed, and take the
/// old one away once nothing that it has signed is valid any more.
public struct SigningKeys: Sendable {
    /// How large a file may be, in bytes.
    public static let fileBytes = 1 << 16

    /// The one that signs, unless another is named.
    public let first: SigningKey
    private let byID: [String: SigningKey]

    /// Takes keys, of which the first signs.
    ///
    /// - Throws: ``SigningKeyError`` if there is none, or an id stands there twice.
    public init(_ keys: [SigningKey]) throws(SigningKeyError) {
        guard let first = keys.first else {
            throw SigningKeyError("there is no key in it; give lines of an id and a secret in hex")
        }
        self.first = first
        byID = Dictionary(keys.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        guard byID.count == keys.count else { throw SigningKeyError("a key stands there twice; give each id once") }
    }

    /// Reads keys from a text: one on a line, its id, spaces, and its secret in hex. Blank lines, and those that begin with `#`, are
    /// skipped.
    ///
    /// - Throws: ``SigningKeyError``, which names the line.
    public init(text: [UInt8]) throws(SigningKeyError) {
        var keys: [SigningKey] = []
        for (index, line) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let words = line.split { [0x20, 0x09, 0x0d].contains($0) }
            guard let id = words.first, id.first != UInt8(ascii: "#") else { continue }
            let place = "line \(index + 1)"
            guard words.count == 2, let secret = HexText.bytes(words[1]) else {
                throw SigningKeyError("\(place) is no key; give its id and its secret in hex (openssl rand -hex 32)")
            }
            do {
                keys.append(try SigningKey(id: String(decoding: id, as: UTF8.self), secret: secret))
            } catch {
                throw SigningKeyError("\(place): \(error)")
            }
        }
        try self.init(keys)
    }

    /// The key of this id, if it is among them.
    public subscript(id: String) -> SigningKey? { byID[id] }

    /// The ids, sorted.
    public var ids: [String] { byID.keys.sorted() }
}
