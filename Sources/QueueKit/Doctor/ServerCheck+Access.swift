import RedisClient

extension ServerCheck {
    /// Looks whether anyone on the network gets in: without a password, and from beyond this machine.
    mutating func checkAccess() async throws(QueueError) {
        guard directory.redis.configuration.password == nil else {
            report.facts[.access] = "asks for a password"
            return
        }
        let settings = try await settings(["port", "tls-port", "bind", "protected-mode"])
        let isReachable: Bool
        if let bind = settings["bind"] {
            let isListening = settings["port"] != "0" || (settings["tls-port"] ?? "0") != "0"
            // It turns away who comes from elsewhere for as long as no password is needed.
            let isProtected = settings["protected-mode"] == "yes"
            isReachable = isListening && !isProtected && !Self.isLoopback(bind)
            report.facts[.access] = !isListening ? "unix socket" : isReachable ? "open" : "this machine"
        } else {
            // It does not tell. This connection itself may show it.
            isReachable = Self.comesFromElsewhere(directory.redis.configuration.address)
            report.facts[.access] = isReachable ? "open" : "not known"
        }
        guard isReachable else { return }
        let problem =
            "no password is needed, and not only from this machine: whoever reaches it can run commands on every worker"
        let remedy = "Give it users: deploy/redis-users.acl; or a password (requirepass), or bind 127.0.0.1"
        add(.openServer, "access", problem, remedy: remedy)
    }

    /// Whether a server with this `bind` listens on addresses of its own machine only.
    static func isLoopback(_ bind: String) -> Bool {
        let addresses = bind.split(separator: " ").map { $0.hasPrefix("-") ? $0.dropFirst() : $0 }
        return !addresses.isEmpty && addresses.allSatisfy(isLoopbackAddress)
    }

    private static func isLoopbackAddress(_ address: Substring) -> Bool {
        address.hasPrefix("127.") || address == "::1" || address == "localhost"
    }

    /// Whether what is dialled is another machine, as far as the address tells: primaries are where their sentinels are.
    static func comesFromElsewhere(_ address: RedisAddress) -> Bool {
        switch address {
        case .unix: false
        case .tcp(let host, _): !isLoopbackAddress(host[...])
        case .primary(_, let sentinels): !sentinels.allSatisfy { isLoopbackAddress($0.host[...]) }
        }
    }
}
