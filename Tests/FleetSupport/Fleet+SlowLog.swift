import RedisClient

extension Fleet {
    /// From now on Redis notes what takes it 10 ms or longer.
    package func startSlowLog() async throws {
        for words in [["CONFIG", "SET", "slowlog-log-slower-than", "10000"], ["SLOWLOG", "RESET"]] {
            var command = RedisCommand(words[0])
            for word in words.dropFirst() { command.append(word) }
            _ = try await redis.send(command)
        }
        _ = try await redis.send(RedisCommand("CONFIG", "RESETSTAT"))
    }

    /// Throws if more than one call of a script in a hundred took that long: it is the machine that takes the processor away
    /// for so long now and then, and no script.
    package func checkSlowLog() async throws {
        let slow = try await redis.send(RedisCommand("SLOWLOG", "GET", "-1")).array ?? []
        let info = try await redis.send(RedisCommand("INFO", "commandstats")).string ?? ""
        let calls = info.split(separator: "\r\n").filter { $0.hasPrefix("cmdstat_eval") }
            .compactMap { $0.split(separator: "=").dropFirst().first?.prefix { $0.isNumber } }
            .reduce(0) { $0 + (Int($1) ?? 0) }
        let times = slow.compactMap { $0.array?[2].int }
        print(
            "\(calls) scripts; of all commands \(slow.count) took 10 ms or longer, the longest \(times.max() ?? 0) us"
        )
        guard slow.count <= calls / 100 else {
            let words = slow.prefix(5).map { $0.array?[3].array?.prefix(2).compactMap(\.string) ?? [] }
            throw Unexpected("\(slow.count) commands of \(calls) scripts took 10 ms or longer: \(words), \(times)")
        }
    }
}
