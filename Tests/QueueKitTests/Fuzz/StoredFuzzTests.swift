import RedisClient
import TestSupport
import Testing

@testable import QueueKit

/// What Redis keeps besides jobs, damaged by whoever else writes there: nothing that shows it may trap.
@Suite struct StoredFuzzTests {
    private static let numbers = [
        "0", "1", "-1", "59", "60", "1795251600000", "9007199254740992", "9223372036854775807", "-9223372036854775808",
        "99999999999999999999", "1e3", "1.5", "", "x",
    ]

    private static func number(using random: inout SeededGenerator) -> [UInt8] {
        Array((numbers.randomElement(using: &random) ?? "").utf8)
    }

    @Test func countersAndHistoryAreAddedUp() throws {
        let names = JobState.allCases.map(\.rawValue) + ["enqueued_total", "_total", "rejected", "other"]
        try Fuzz.run("counters", seed: 12) { random in
            var status = QueueStatus(queue: .default)
            status.now = Timestamp(milliseconds: 1_795_251_600_000)
            status.read(counts: names.map { ($0, Self.number(using: &random)) })
            let history = (0..<3).map { _ in
                let minute = String(decoding: Self.number(using: &random), as: UTF8.self)
                let outcome = ["completed", "failed", "x:y", ""].randomElement(using: &random) ?? ""
                return ("\(minute):\(outcome)", Self.number(using: &random))
            }
            for age in 0...1 { status.read(history: history, ofHour: status.now.milliseconds / 3_600_000 - Int64(age)) }
            let sum = status.jobs.values.reduce(0, +) + status.totals.values.reduce(0, +)
            return sum.magnitude < 1 << 60 ? nil : "\(sum)"
        }
    }

    @Test func registrationsHaveTimesThatCanBeCompared() throws {
        let texts = ["queues": "default mail", "state": "running", "version": "0.1.0", "weights": "3 1"]
        let id = WorkerID(host: "h", pid: 1, random: "x")
        try Fuzz.run("registrations", seed: 13) { random in
            var fields = texts.map { ($0.key, Array($0.value.utf8)) }
            for name in ["slots", "started_at", "seen_at"] { fields.append((name, Self.number(using: &random))) }
            if Int.random(in: 0..<4, using: &random) == 0 { fields.shuffle(using: &random) }
            guard let worker = WorkerRegistration(id: id, fields: fields) else { return nil }
            let beat = Int64.random(in: 0...(1 << 53), using: &random)
            return (worker.seenAt.milliseconds - beat).magnitude < 1 << 60 ? nil : "\(worker.seenAt)"
        }
    }

    @Test func logEntriesAreReadInOrder() throws {
        try Fuzz.run("log entries", seed: 14) { random in
            var reader = LogReader()
            let items = (0..<4).map { number in
                let fields: [(String, [UInt8])] = [
                    ("stream", Array("stdout".utf8)), ("data", [0x78]), ("offset", Self.number(using: &random)),
                    ("time", Self.number(using: &random)),
                ]
                let values = fields.flatMap { [RESPValue.bulk(Array($0.0.utf8)), .bulk($0.1)] }
                return RESPValue.array([.bulk(Array("\(number + 1)-0".utf8)), .array(values)])
            }
            let entries = reader.read(.array(items))
            let isFine = entries.allSatisfy { $0.offset >= 0 && $0.droppedBytes >= 0 }
            return isFine ? nil : "\(entries)"
        }
    }
}
