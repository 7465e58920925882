/// By when a job must have been started for the first time.
public enum JobExpiry: Sendable, Hashable {
    /// So long after it was accepted, by Redis' clock: 1 ms...ten years.
    case after(Duration)
    /// At this time.
    case at(Timestamp)
}

extension FieldReader {
    /// Reads a duration or a time. A number is one or the other by its size: durations in seconds end below 3.2e8, times in
    /// milliseconds begin at 1e12.
    func expiry(_ value: JSONValue) throws(DocumentError) -> JobExpiry {
        switch value {
        case .number(let literal):
            let isTime = (Double(literal) ?? 0) >= Double(JobLimits.runAt.lowerBound.milliseconds)
            return isTime ? .at(try time(value)) : .after(try duration(value))
        case .string(let text):
            if let duration = DurationText.parse(text) { return .after(duration) }
            do {
                return .at(try Timestamp(rfc3339: text))
            } catch {
                throw self.error(value, error == .malformed ? "is neither a duration nor a time" : error.clause)
            }
        default:
            throw error(value, "is neither a duration nor a time")
        }
    }
}

extension JobDocument {
    /// Checks that the job can be started before it expires, where that can be said without a clock.
    func checkExpiry() throws(DocumentError) {
        let reader = FieldReader(field: .expires)
        switch expires {
        case nil: return
        case .after(let wait):
            let shown = JSONValue.string(DurationText.format(wait))
            try checkRange(.expires, wait, JobLimits.expires)
            if let delay, wait <= delay {
                let accepted = "give more than \(DurationText.format(delay)), or leave one of them out"
                throw reader.error(shown, "is over before delay is", accepted: accepted)
            }
            if runAt != nil {
                throw reader.error(
                    shown,
                    "counts from now, and run_at is a time",
                    accepted: "give a time behind run_at"
                )
            }
        case .at(let time):
            try checkRange(.expires, time, JobLimits.runAt)
            if let runAt, time <= runAt {
                let accepted = "give a time behind \(runAt.rfc3339), or leave one of them out"
                throw reader.error(.string(time.rfc3339), "is not later than run_at", accepted: accepted)
            }
        }
    }
}
