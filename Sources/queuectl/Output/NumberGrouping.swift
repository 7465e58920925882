extension Int {
    /// The number as people read it: `1,234,567`.
    var grouped: String {
        var digits = String(magnitude)
        var groups: [Substring] = []
        while digits.count > 3 {
            groups.insert(digits.suffix(3), at: 0)
            digits.removeLast(3)
        }
        groups.insert(digits[...], at: 0)
        return (self < 0 ? "-" : "") + groups.joined(separator: ",")
    }

    /// `1 job`, `2 jobs`; a noun that takes more than an s comes with its plural.
    func of(_ noun: String, plural: String? = nil) -> String {
        "\(grouped) \(self == 1 ? noun : plural ?? noun + "s")"
    }
}
