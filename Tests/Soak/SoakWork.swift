import Foundation
import QueueKit

/// What a job of a soak does.
enum SoakWork: Sendable {
    case nothing
    case sleeps(milliseconds: Int)
    case prints(bytes: Int)
    case failsFirst
    case failsAlways
    case overstaysItsTime

    static func random(using generator: inout some RandomNumberGenerator) -> SoakWork {
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<35: .nothing
        case 35..<70: .sleeps(milliseconds: Int.random(in: 50...900, using: &generator))
        // Longer than a lease.
        case 70..<78: .sleeps(milliseconds: Int.random(in: 3000...8000, using: &generator))
        case 78..<85: .prints(bytes: Int.random(in: 1...100_000, using: &generator))
        case 85..<93: .failsFirst
        case 93..<98: .failsAlways
        default: .overstaysItsTime
        }
    }

    /// What its shell runs.
    var body: String {
        switch self {
        case .nothing: ""
        case .sleeps(let milliseconds): "sleep \(Double(milliseconds) / 1000)"
        case .prints(let bytes): "head -c \(bytes) /dev/zero"
        case .failsFirst: "exit $((QUEUECTL_ATTEMPT < 2))"
        case .failsAlways: "exit 3"
        case .overstaysItsTime: "sleep 300"
        }
    }

    /// Its document, as any service would write it.
    func json(id: JobID, command: String, priority: Int) throws -> String {
        var members: [String: Any] = [
            "id": id.text, "command": command, "priority": priority, "max_retries": 2, "backoff_cap": "500ms",
            "grace": "500ms",
        ]
        if case .overstaysItsTime = self { members["timeout"] = "1s" }
        return String(decoding: try JSONSerialization.data(withJSONObject: members), as: UTF8.self)
    }
}
