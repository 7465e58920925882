/// The commands that open a connection, and what their answers mean. Decides only; others do the I/O.
struct Greeting {
    private(set) var commands: [RedisCommand] = []
    /// The last answer so far: that to the question, when a sentinel is asked something.
    private(set) var answer = RESPValue.null
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
        // Something must be answered before the first request is sent: a proxy whose server is down, or a server
        // with too many clients, accepts and then closes, and a request sent into that might have run.
        commands.append(RedisCommand("PING"))
    }

    /// Asks a sentinel where the primary of this name is.
    init(askingForPrimary name: String, password: String?) {
        if let password { commands.append(RedisCommand("AUTH", password)) }
        commands.append(RedisCommand("SENTINEL", "GET-MASTER-ADDR-BY-NAME", name))
    }

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
        return answered == commands.count
    }

    private func isHarmless(_ error: RedisReplyError, to command: String) -> Bool {
        switch error.kind {
        case .loading, .maxClients, .noAuth, .wrongPass: false
        // A name is a courtesy, and a server that refuses PING or ROLE (to this user, or because a script runs) is there.
        default: command == "CLIENT" || command == "PING" || command == "ROLE"
        }
    }
}
