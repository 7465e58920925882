/// One run of a script: what to send first, and what after the server has answered that it lost the script.
struct ScriptCall {
    let name: String
    let deadline: ContinuousClock.Instant
    private let script: RedisScript
    private let keys: [String]
    private let arguments: RedisArguments
    private var isFirst = true

    init(_ script: RedisScript, _ keys: [String], _ arguments: RedisArguments, _ timeout: Duration) {
        name = "script \(script.name)"
        deadline = ContinuousClock.now.advanced(by: timeout)
        self.script = script
        self.keys = keys
        self.arguments = arguments
    }

    /// What to send: the digest if the server gave it, else the source with a request for the digest behind it.
    func commands(_ cache: ScriptCache) -> [RedisCommand] {
        switch isFirst ? cache.lookUp(script) : .unknown {
        case .digest(let digest): [command("EVALSHA", digest)]
        case .sourceOnly: [command("EVAL", script.source)]
        case .unknown: [command("EVAL", script.source), RedisCommand("SCRIPT", "LOAD", script.source)]
        }
    }

    /// The script's reply, or nil if nothing has run and the commands, which are others now, have to be sent.
    mutating func take(_ replies: [RESPValue], _ cache: ScriptCache) -> RESPValue? {
        let reply = replies.first ?? .null
        if reply.error?.kind == .noScript {
            cache.forget(script)
            if isFirst {
                isFirst = false
                return nil
            }
        } else if replies.count == 2 {
            cache.learn(script, digest: replies[1].string)
        }
        return reply
    }

    private func command(_ name: String, _ body: String) -> RedisCommand {
        var command = RedisCommand(name, body)
        command.append(keys.count)
        for key in keys { command.append(key) }
        command.append(contentsOf: arguments)
        return command
    }
}
