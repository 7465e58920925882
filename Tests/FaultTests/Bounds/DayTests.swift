import FleetSupport
import Glibc
import QueueKit
import RedisClient
import TestSupport
import TestTraits
import Testing

/// A day and more of traffic, on a Redis whose clock runs 720 times as fast: two minutes of ours are a day of its.
///
/// All that keeps a queue small goes by Redis' clock, and nothing is scaled but that: retention, expiry, history, backoff and
/// leases are as configured. The first hours fill what is bounded by number; from then on nothing may grow.
@Suite(.fault(.longRun)) struct DayTests {
    private static let speed = 720
    private static let hours = 27
    /// Until then what is bounded by number fills up.
    private static let filled = 9
    /// What the history of one hour takes: two counts a minute.
    private static let historyBytes = 12_288.0

    @Test func aDayOfTrafficLeavesMemoryAsItIs() async throws {
        let clock = try await FastClock(speed: Self.speed)
        let options = RedisServer.Options(under: clock.wrapper)
        // A lease of an hour is five seconds of ours. Retention is low so that it is reached in the first hours.
        let settings: [ConfigurationKey: String] = [
            .lease: "1h", .retentionAge: "12h", .retentionCount: "1500", .dlqRetentionCount: "150",
            .dlqRetentionAge: "8h", .rejectedMax: "100", .outputCap: "4KiB",
        ]
        try await withFleet(options, settings: settings) { fleet in
            let traffic = DayTraffic(fleet)
            let start = try await fleet.queue.serverTime()
            var hours: [HourFigures] = []
            var hour = HourFigures()
            while hours.count < Self.hours {
                try await traffic.step()
                try await hour.add(fleet)
                let now = try await fleet.queue.serverTime()
                if Int(now.milliseconds - start.milliseconds) / 3_600_000 > hours.count {
                    print("hour \(hours.count + 1): \(hour), \(try await fleet.counts().values.reduce(0, +)) jobs")
                    hours.append(hour)
                    hour = HourFigures()
                    try await traffic.hourHasPassed(hours.count)
                }
            }
            print("in all: \(try await fleet.queue.status(heartbeat: .seconds(1200)).totals)")
            try expectFlat(hours)
            try await traffic.end()
            print("keys: \(try await fleet.checkKeyspace().sorted { $0.key < $1.key })")
        }
    }

    /// The largest hour of the last third is no larger than that of the second one, but for the history of the hours between
    /// them, which is kept for 8 days. (Not on average: on a busy machine there is less traffic in some hours.)
    private func expectFlat(_ hours: [HourFigures]) throws {
        let full = hours.dropFirst(Self.filled)
        let (before, after) = (full.prefix(full.count / 2), full.suffix(full.count / 2))
        let between = Double(before.count)
        let (bytesBefore, keysBefore) = (before.map(\.bytes).max() ?? 0, before.map(\.keys).max() ?? 0)
        let bytes = (after.map(\.bytes).max() ?? 0) - bytesBefore
        let keys = (after.map(\.keys).max() ?? 0) - keysBefore
        print("growth over \(Int(between)) hours: \(Int(bytes)) bytes, \(Int(keys)) keys")
        #expect(bytes < between * Self.historyBytes + bytesBefore * 0.02)
        #expect(keys < between + keysBefore * 0.02)
    }
}

/// What Redis held, on average, during an hour of its own.
struct HourFigures: CustomStringConvertible {
    private var samples = 0
    private var byteSum = 0
    private var keySum = 0

    var bytes: Double { Double(byteSum) / Double(max(samples, 1)) }
    var keys: Double { Double(keySum) / Double(max(samples, 1)) }
    var description: String { "\(Int(bytes) / 1024) KiB of data, \(Int(keys)) keys" }

    mutating func add(_ fleet: Fleet) async throws {
        let info = try await fleet.redis.send(RedisCommand("INFO", "memory")).string ?? ""
        let line = info.split(separator: "\r\n").first { $0.hasPrefix("used_memory_dataset:") }
        guard let bytes = line?.split(separator: ":").last.flatMap({ Int($0) }) else { throw Unexpected(info) }
        byteSum += bytes
        keySum += Int(try await fleet.redis.send(RedisCommand("DBSIZE")).int ?? 0)
        samples += 1
    }
}
