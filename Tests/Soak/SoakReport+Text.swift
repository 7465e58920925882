import Foundation

extension SoakReport {
    /// For people.
    var text: String {
        var rows: [(String, String)] = [
            ("seed", "\(seed), \(plan.length.components.seconds) s"),
            ("enqueued", "\(queue.acknowledged) acknowledged, \(refused) refused or unanswered"),
            ("came out", "\(queue.completed) completed, \(queue.buried) dead or cancelled with a reason"),
            ("lost", "\(queue.lost.count)"),
            ("ran", "\(queue.runs) times in \(processes) worker processes"),
            ("ran again", "\(queue.duplicates.count), of \(inFlight) in flight when faults struck"),
        ]
        rows += duplicatesByReason.map { ("", "\($0.number) \($0.reason)") }
        rows += [
            (
                "two at once",
                "\(queue.overlaps.count); \(queue.overlapsBesideFrozenWorkers) beside a worker that stood still"
            ),
            ("recovered", "\(Self.text(recoveries)) after the worker was killed"),
            ("runs again", "\(Self.text(rerunDelays)) after that"),
            ("first settle", "\(Self.text(resumptions)) after Redis was back"),
            ("drained", "\(Self.text(drained)) after the end"),
            ("worker memory", Self.text(memory.worker)), ("Redis memory", Self.text(memory.redis)),
            ("faults", "\(struck.values.reduce(0, +))"),
        ]
        rows += SoakFault.allCases.compactMap { kind in struck[kind].map { ("", "\($0) \(kind.rawValue)") } }
        var lines = rows.map { $0.0.padding(toLength: 16, withPad: " ", startingAt: 0) + $0.1 }
        lines += queue.problems + problems
        if !isGood { lines.append(logs) }
        let again = "do not balance. Again: make soak with this SEED and MINUTES"
        lines.append("\nThe books " + (isGood ? "balance." : again))
        return lines.joined(separator: "\n")
    }

    /// For programs: durations in seconds, memory in bytes.
    var json: String {
        get throws {
            let object: [String: Any] = [
                "seed": seed, "seconds": Self.seconds(plan.length), "good": isGood,
                "acknowledged": queue.acknowledged, "refused": refused, "completed": queue.completed,
                "buried": queue.buried, "lost": queue.lost, "runs": queue.runs, "processes": processes,
                "duplicates": queue.duplicates.count, "unexplained": queue.unexplained.count, "in_flight": inFlight,
                "duplicates_by_reason": Dictionary(
                    uniqueKeysWithValues: duplicatesByReason.map { ($0.reason, $0.number) }
                ),
                "overlaps": queue.overlaps.count,
                "overlaps_beside_frozen_workers": queue.overlapsBesideFrozenWorkers,
                "recovery": Self.percentiles(recoveries), "rerun": Self.percentiles(rerunDelays),
                "resumption": Self.percentiles(resumptions),
                "drained": Self.seconds(drained),
                "worker_memory": Self.object(memory.worker), "redis_memory": Self.object(memory.redis),
                "faults": Dictionary(uniqueKeysWithValues: struck.map { ($0.key.rawValue, $0.value) }),
                "problems": queue.problems + problems,
            ]
            let data = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .prettyPrinted])
            return String(decoding: data, as: UTF8.self)
        }
    }

    private static func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }

    private static func text(_ duration: Duration) -> String { String(format: "%.2f s", seconds(duration)) }

    private static func text(_ durations: [Duration]) -> String {
        guard let middle = durations.percentile(50), let late = durations.percentile(99) else { return "never" }
        return "p50 \(text(middle)), p99 \(text(late)) (of \(durations.count))"
    }

    private static func text(_ course: MemoryWatch.Course) -> String {
        let values = [course.first, course.last, course.most].map { String(format: "%.1f MB", Double($0) / 1e6) }
        return "\(values[0]) at first, \(values[1]) at last, \(values[2]) at most"
    }

    private static func percentiles(_ durations: [Duration]) -> [String: Any] {
        var object: [String: Any] = ["number": durations.count]
        for percent in [50, 99] { object["p\(percent)"] = durations.percentile(percent).map(seconds) }
        return object
    }

    private static func object(_ course: MemoryWatch.Course) -> [String: Int] {
        ["first": course.first, "last": course.last, "most": course.most]
    }
}
