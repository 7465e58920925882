/// The commands that open a connection, and what their answers mean. Decides only; others do the I/O.
struct Greeting {
    private(set) var commands: [RedisCommand] = []
    /// The last answer so far: that to the question, when a sentinel is asked something.
    private(set) var answer = RESPValue.null
    /// Whether the server says that it is a node of a cluster.
    private(set) var isToClusterNode = false
    private var answered = 0

    /// Opens a connection to a server.
    init(_ configuration: RedisConfiguration) {
        if let password = configuration.password {
            commands.append(
                configuration.username.map { RedisCommand("AUTH", $0, password) } ?? RedisCommand("AUTH", password)
            )
        }
        if configuration.database != 0 {
            commands.append(RedisCommand("SELECT", String(configuration.database)))
        }
        if let name = configuration.clientName {
            commands.append(RedisCommand("CLIENT", "SETNAME", name))
        }
        if case .primary = configuration.address {
            // A sentinel may not know yet that another has taken over.
            commands.append(RedisCommand("ROLE"))
        }
        if case .tcp = configuration.address {
            // Whoever needs but one node of a cluster is never sent on to another, and would know none when that one is gone.
            commands.append(RedisCommand("HELLO"))
        }
        // Something must be answered before the first request is sent: a proxy whose server is down, or a server
        // with too many clients, accepts and then closes, and a request sent into that might have run.
        commands.append(RedisCommand("PING"))
    }

    /// Asks a sentinel where the primary of this name is.
    init(askingForPrimary name: String, password: String?) {
        if let password { commands.append(RedisCommand("AUTH", password)) }
        commands.append(RedisCommand("SENTINEL", "GET-MASTER-ADDR-BY-NAME", name))
    }

    /// Whether the server has answered anything.
    var isBegun: Bool { answered > 0 }

    /// Takes the next answer. Returns whether the greeting is complete.
    mutating func take(_ reply: RESPValue) throws(DialFailure) -> Bool {
        // The server speaks unasked only to say why it closes, so any error may come as the answer to anything.
        let command = answered < commands.count ? commands[answered].name : "PING"
        answered += 1
        answer = reply
        if case .error(let error) = reply, !isHarmless(error, to: command) {
            throw .refused(error, command: command)
        }
        if command == "ROLE", let role = reply.array?.first?.string, role != "master" {
            throw .unreachable("it is no primary, but a \(role == "slave" ? "replica" : role)")
        }
        if command == "HELLO" { isToClusterNode = Self.mode(reply) == "cluster" }
        return answered == commands.count
    }

    /// The kind of server, by its answer to `HELLO`: names and values in turn.
    private static func mode(_ reply: RESPValue) -> String? {
        guard let words = reply.array, let name = words.firstIndex(where: { $0.string == "mode" }) else { return nil }
        return words.dropFirst(name + 1).first?.string
    }

    private func isHarmless(_ error: RedisReplyError, to command: String) -> Bool {
        switch error.kind {
        case .loading, .maxClients, .noAuth, .wrongPass: false
        // A name is a courtesy, and a server that refuses the others (to this user, because a script runs, or because it is
        // too old) is there.
        default: ["CLIENT", "HELLO", "PING", "ROLE"].contains(command)
        }
    }
}
