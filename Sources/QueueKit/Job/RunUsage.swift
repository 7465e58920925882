/// What was measured of one run.
public struct RunUsage: Sendable, Equatable {
    /// The process id it had on its host.
    public var pid: Int?
    /// How long it ran, by the worker's clock.
    public var duration: Duration?
    /// CPU time of its processes in user mode.
    public var userTime: Duration?
    /// CPU time that the kernel spent for its processes.
    public var systemTime: Duration?
    /// The most memory that one of its processes had resident, in bytes.
    public var maxResidentBytes: Int?

    /// Nothing was measured.
    public init() {}

    /// Reads what stands in an object of JSON; what is not there, or makes no sense, stays nil.
    init(_ values: [String: JSONValue]) {
        func number(_ name: String) -> Int? {
            values[name]?.wholeNumber.flatMap { $0 >= 0 ? Int($0) : nil }
        }
        func duration(_ name: String) -> Duration? { number(name).map { .milliseconds($0) } }
        pid = number("pid")
        self.duration = duration("duration_ms")
        userTime = duration("user_ms")
        systemTime = duration("system_ms")
        maxResidentBytes = number("max_rss_bytes")
    }

    /// The CPU time of its processes.
    public var cpuTime: Duration? {
        userTime.flatMap { user in systemTime.map { user + $0 } }
    }

    /// The members of its stored form: durations in milliseconds, what was not measured null.
    var storedMembers: [(String, JSONValue)] {
        func milliseconds(_ duration: Duration?) -> JSONValue { .integer(duration.map { Int($0.wholeMilliseconds) }) }
        return [
            ("pid", .integer(pid)), ("duration_ms", milliseconds(duration)), ("user_ms", milliseconds(userTime)),
            ("system_ms", milliseconds(systemTime)), ("max_rss_bytes", .integer(maxResidentBytes)),
        ]
    }

    /// The members of its public form: durations in seconds.
    var publicMembers: [(String, JSONValue)] {
        [
            ("pid", .integer(pid)), ("duration", .seconds(duration)), ("user_time", .seconds(userTime)),
            ("system_time", .seconds(systemTime)), ("max_rss_bytes", .integer(maxResidentBytes)),
        ]
    }

    /// The stored form as text.
    public var storedText: String {
        JSONValue.object(storedMembers.filter { $0.1 != .null }.map(JSONMember.init)).text
    }
}
