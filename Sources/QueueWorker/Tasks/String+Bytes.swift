/// Texts as programs and the kernel see them: bytes.
///
/// `String` compares what people see. A combining mark makes another character of the `-` or `/` before it, and the sign for
/// kelvin is the letter K.
extension StringProtocol {
    /// Whether it has the same bytes.
    func isByteEqual(to other: some StringProtocol) -> Bool { utf8.elementsEqual(other.utf8) }

    /// Whether its first bytes are these.
    func beginsWithBytes(of prefix: some StringProtocol) -> Bool { utf8.starts(with: prefix.utf8) }
}
