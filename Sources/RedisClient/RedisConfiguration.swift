/// Which server to speak to, as whom, and how long to wait for it.
public struct RedisConfiguration: Sendable {
    /// Where the server listens, or who knows it.
    public var address: RedisAddress {
        // Other servers: what is known is not true of them.
        didSet { whereabouts = Whereabouts() }
    }

    /// The ACL user. Without one, a password is sent for the default user.
    public var username: String?

    /// The password. Nothing in this module prints it.
    public var password: String?

    /// The password for the sentinels, if the address names some. Nothing in this module prints it.
    public var sentinelPassword: String?

    /// How connections to these servers, sentinels included, are secured by TLS; nil if they are not. A unix socket never is.
    public var tls: RedisTLS?

    /// The number of the database, 0 unless given.
    public var database: Int

    /// The name shown by `CLIENT LIST`. A server that refuses the name is used all the same.
    public var clientName: String?

    /// How long finding, reaching and greeting the server may take together. 5 seconds unless given.
    public var connectTimeout: Duration

    /// How long a command may take from being handed over to its reply, dialling included. 10 seconds unless given.
    public var commandTimeout: Duration

    /// How much later than its own end a blocking command may answer before the connection counts as dead.
    /// 2 seconds unless given.
    public var blockingMargin: Duration

    /// What the connections of this configuration, and of its copies, have learned.
    private(set) var whereabouts = Whereabouts()

    /// Describes a server. No I/O happens here.
    public init(
        address: RedisAddress,
        username: String? = nil,
        password: String? = nil,
        database: Int = 0,
        clientName: String? = nil,
        connectTimeout: Duration = .seconds(5),
        commandTimeout: Duration = .seconds(10),
        blockingMargin: Duration = .seconds(2)
    ) {
        self.address = address
        self.username = username
        self.password = password
        self.database = database
        self.clientName = clientName
        self.connectTimeout = connectTimeout
        self.commandTimeout = commandTimeout
        self.blockingMargin = blockingMargin
    }
}

extension RedisConfiguration {
    /// The same for another node of the same cluster.
    func at(_ node: RedisAddress) -> RedisConfiguration {
        var other = self
        other.address = node
        other.whereabouts = whereabouts
        return other
    }
}

extension RedisConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The server in one line, with `***` where a password is.
    public var description: String {
        let secured = tls == nil ? "redis" : "rediss"
        let user = password == nil ? (username.map { "\($0)@" } ?? "") : "\(username ?? ""):***@"
        switch address {
        case .primary(let name, let sentinels):
            let hosts = sentinels.map(\.description).joined(separator: ",")
            let secret = sentinelPassword == nil ? "" : "?sentinel_password=***"
            return "\(secured)+sentinel://\(user)\(hosts)/\(name)/\(database)\(secret)"
        case .tcp: return "\(secured)://\(user)\(address)/\(database)"
        case .unix(let path): return "unix://\(user)\(path)?db=\(database)"
        }
    }

    /// The same as `description`, so that no debugger or log prints the password.
    public var debugDescription: String { description }

    /// Keeps `dump` and string interpolation of containers from reaching the password.
    public var customMirror: Mirror { Mirror(self, children: ["redis": description]) }
}
