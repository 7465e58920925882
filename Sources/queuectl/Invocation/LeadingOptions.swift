/// Options that stand before the command: `queuectl --json status`.
///
/// The parser takes options only behind the command that they belong to. People expect both, so global ones are moved.
enum LeadingOptions {
    private static let flags: Set<String> = ["--json", "-q", "--quiet", "--insecure"]
    private static let withValue: Set<String> = [
        "--redis", "--namespace", "--color", "--tls-ca", "--tls-cert", "--tls-key", "--tls-server-name",
    ]

    /// The same arguments, with leading global options behind the command's name.
    static func moved(_ arguments: [String]) -> [String] {
        var rest = arguments[...]
        var leading: [String] = []
        while let word = rest.first {
            let name = word.prefix { $0 != "=" }
            if flags.contains(word) || withValue.contains(String(name)) && name.count < word.count {
                leading.append(word)
                rest = rest.dropFirst()
            } else if withValue.contains(word), rest.count > 1 {
                leading += rest.prefix(2)
                rest = rest.dropFirst(2)
            } else {
                break
            }
        }
        guard !leading.isEmpty else { return arguments }
        let length = CommandPath(rest).length
        return rest.prefix(length) + leading + rest.dropFirst(length)
    }
}
