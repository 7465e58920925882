import Glibc

/// A place at which a test can make a worker fail: `QUEUECTL_FAULT=<point>:<action>`, off unless set.
enum FaultPoint: String {
    case afterBLMove = "after-blmove"
    case afterClaim = "after-claim"
    case afterSpawn = "after-spawn"
    case afterExit = "after-exit"
    case afterSettleSent = "after-settle-sent"

    private static let chosen: (point: String, action: String)? = {
        guard let text = getenv("QUEUECTL_FAULT").map({ String(cString: $0) }) else { return nil }
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        return parts.count == 2 ? (parts[0], parts[1]) : nil
    }()

    /// Does what the environment asks for at this point: `kill`, `stop` (as by SIGSTOP) or `exit`.
    func reached() {
        guard let chosen = Self.chosen, chosen.point == rawValue else { return }
        switch chosen.action {
        case "kill": kill(getpid(), SIGKILL)
        case "stop": kill(getpid(), SIGSTOP)
        case "exit": exit(70)
        default: break
        }
    }
}
