/// The type and range of a setting.
enum ConfigurationType {
    case integer(ClosedRange<Int>)
    /// A whole number, or `none`.
    case optionalInteger(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case duration(ClosedRange<Duration>)
    /// A duration, or `none`.
    case optionalDuration(ClosedRange<Duration>)
    case bytes(ClosedRange<Int>)
    case exitCodes(mayBeNone: Bool)
    case snoozeCodes
    /// Regular expressions, a line each, or `none`.
    case patterns

    /// Why a text is not a value of the type.
    struct Refusal: Error {
        var problem: String
    }

    var accepted: String {
        switch self {
        case .integer(let range): "\(range)"
        case .optionalInteger(let range): "\(range), or none"
        case .number(let range):
            "a number from \(NumberText.format(range.lowerBound)) to \(NumberText.format(range.upperBound))"
        case .duration(let range): Self.text(range)
        case .optionalDuration(let range): "\(Self.text(range)), or none"
        case .bytes(let range):
            "bytes, or a size such as 64KiB, from \(range.lowerBound) to \(ByteSizeText.format(range.upperBound))"
        case .exitCodes(let mayBeNone):
            "exit codes, \(JobLimits.exitCode), such as 3,4" + (mayBeNone ? ", or \(ExitCodeText.none)" : "")
        case .patterns:
            "extended regular expressions, a line each, at most \(Redaction.patternLimit) of \(Redaction.patternBytes) bytes, and \(Redaction.sizeLimit) steps in all, or none"
        case .snoozeCodes:
            "exit codes, \(JobLimits.exitCode), with waits of up to "
                + "\(DurationText.format(JobLimits.snooze.upperBound)), such as 75=10m,76=1h, or \(ExitCodeText.none)"
        }
    }

    private static func text(_ range: ClosedRange<Duration>) -> String {
        let bounds = [range.lowerBound, range.upperBound].map(DurationText.format)
        return "a duration such as 500ms, 10s or 1h30m, from \(bounds[0]) to \(bounds[1])"
    }

    func parse(_ text: String) -> Result<ConfigurationValue, Refusal> {
        switch self {
        case .optionalInteger where text == "none", .optionalDuration where text == "none":
            return .success(.unlimited)
        case .integer(let range), .optionalInteger(let range):
            // What has only digits but is too long for an integer is a number all the same.
            let isInteger = NumberText.parse(text).map { $0 == $0.rounded() } ?? false
            return Self.check(Int(text) ?? (isInteger ? .max : nil), range, "is not a whole number").map {
                .integer($0)
            }
        case .number(let range):
            return Self.check(NumberText.parse(text), range, "is not a number").map { .number($0) }
        case .duration(let range), .optionalDuration(let range):
            let hasNoUnit = DurationText.parse(text) == nil && NumberText.parse(text).map { $0 >= 0 } ?? false
            return Self.check(DurationText.parse(text), range, hasNoUnit ? "has no unit" : "is not a duration")
                .map { .duration($0) }
        case .bytes(let range):
            return Self.check(ByteSizeText.parse(text), range, "is not a size").map { .bytes($0) }
        case .exitCodes(mayBeNone: false) where text == ExitCodeText.none:
            return .failure(Refusal(problem: "leaves no job a way to be done"))
        case .exitCodes:
            return Self.result("are not exit codes") { () throws(ExitCodeText.Problem) in
                .exitCodes(try ExitCodeText.codes(text))
            }
        case .patterns:
            do throws(Redaction.Malformed) {
                return .success(.patterns(try Redaction(text)))
            } catch {
                return .failure(Refusal(problem: error.problem))
            }
        case .snoozeCodes:
            return Self.result("are not exit codes with waits") { () throws(ExitCodeText.Problem) in
                .snoozeCodes(try ExitCodeText.waits(text))
            }
        }
    }

    private static func result(
        _ otherType: String,
        _ parse: () throws(ExitCodeText.Problem) -> ConfigurationValue
    ) -> Result<ConfigurationValue, Refusal> {
        do {
            return .success(try parse())
        } catch {
            switch error {
            case .malformed: return .failure(Refusal(problem: otherType))
            case .outOfRange: return .failure(Refusal(problem: "is out of range"))
            case .twice: return .failure(Refusal(problem: "has a code twice"))
            }
        }
    }

    private static func check<Value: Comparable>(
        _ value: Value?,
        _ range: ClosedRange<Value>,
        _ otherType: String
    ) -> Result<Value, Refusal> {
        guard let value else { return .failure(Refusal(problem: otherType)) }
        return range.contains(value) ? .success(value) : .failure(Refusal(problem: "is out of range"))
    }
}

/// A checked value of a setting.
enum ConfigurationValue: Equatable {
    case integer(Int)
    case number(Double)
    case duration(Duration)
    case bytes(Int)
    case exitCodes(Set<Int>)
    case snoozeCodes([Int: Duration])
    case patterns(Redaction)
    /// No limit.
    case unlimited

    var canonicalText: String {
        switch self {
        case .integer(let value): String(value)
        case .number(let value): NumberText.format(value)
        case .duration(let value): DurationText.format(value)
        case .bytes(let value): ByteSizeText.format(value)
        case .exitCodes(let codes): ExitCodeText.format(codes)
        case .snoozeCodes(let waits): ExitCodeText.format(waits)
        case .patterns(let redaction): redaction.text
        case .unlimited: "none"
        }
    }
}
