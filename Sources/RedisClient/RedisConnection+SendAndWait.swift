// For callers on a thread of their own. On the cooperative pool these would hold up unrelated tasks: use the
// asynchronous ones there.
extension RedisConnection {
    /// Does the same as ``send(_:timeout:)``, blocking the calling thread until the answer is there.
    ///
    /// Never call it from an `async` function: it would hold one of the few threads that all tasks share.
    public func sendAndWait(_ command: RedisCommand, timeout: Duration? = nil) throws(RedisError) -> RESPValue {
        let replies = try exchangeAndWait(request([command], timeout: timeout))
        return try replies.single.success(command.name, at: configuration.address)
    }

    /// Does the same as ``pipeline(_:timeout:)``, blocking the calling thread. Never call it from an `async` function.
    public func pipelineAndWait(_ commands: [RedisCommand], timeout: Duration? = nil) throws(RedisError) -> [RESPValue]
    {
        guard !commands.isEmpty else { return [] }
        return try exchangeAndWait(request(commands, timeout: timeout))
    }

    /// Does the same as ``run(_:keys:arguments:timeout:)``, blocking the calling thread. Never call it from
    /// an `async` function.
    public func runAndWait(
        _ script: RedisScript,
        keys: [String],
        arguments: RedisArguments = [],
        timeout: Duration? = nil
    ) throws(RedisError) -> RESPValue {
        var call = ScriptCall(script, keys, arguments, timeout ?? configuration.commandTimeout)
        while true {
            let replies = try exchangeAndWait(request(for: call))
            guard let reply = call.take(replies, scripts) else { continue }
            return try reply.success(call.name, at: configuration.address, isScript: true)
        }
    }
}
