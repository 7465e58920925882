/// What the server has used so far.
struct ServerUsage {
    /// Processor time of the thread that runs all commands, in microseconds: commands, sockets, append-only file.
    let processor: Double
    /// Time inside scripts, in microseconds on the clock, as `INFO commandstats` has it.
    let scripts: Double
    /// Scripts called.
    let calls: Double

    static func - (later: ServerUsage, earlier: ServerUsage) -> ServerUsage {
        ServerUsage(
            processor: later.processor - earlier.processor,
            scripts: later.scripts - earlier.scripts,
            calls: later.calls - earlier.calls
        )
    }
}

extension BenchmarkServer {
    func usage() async throws -> ServerUsage {
        let cpu = try await info("cpu")
        let user = try number(cpu["used_cpu_user_main_thread"])
        let system = try number(cpu["used_cpu_sys_main_thread"])
        let stats = try await info("commandstats")
        let scripts = ["cmdstat_eval", "cmdstat_evalsha"].compactMap { stats[$0] }
        return ServerUsage(
            processor: (user + system) * 1_000_000,
            scripts: try scripts.map { try Self.statistic("usec", $0) }.reduce(0, +),
            calls: try scripts.map { try Self.statistic("calls", $0) }.reduce(0, +)
        )
    }

    /// What the server uses for something.
    func usage(of work: () async throws -> Void) async throws -> ServerUsage {
        let before = try await usage()
        try await work()
        return try await usage() - before
    }

    /// One of `calls=1,usec=23,...`
    private static func statistic(_ name: String, _ statistics: String) throws -> Double {
        let field = statistics.split(separator: ",").first { $0.hasPrefix("\(name)=") }
        return try number(field.map { String($0.dropFirst(name.count + 1)) })
    }
}
