extension RedisConnection {
    /// Runs a script and returns its reply. One round trip, two if the server has lost its scripts.
    ///
    /// The script runs as one step on the server, but what it wrote before an error of its own stays.
    /// The source is sent at this connection's first use of the script and its digest afterwards; a server
    /// that no longer knows the digest has run nothing, and gets the source again. Cancellation is as for
    /// ``send(_:timeout:)``.
    ///
    /// - Throws: ``RedisError``; code `reply` with the script's name if the script, or the server, answers with an error.
    public func run(
        _ script: RedisScript,
        keys: [String],
        arguments: RedisArguments = [],
        timeout: Duration? = nil
    ) async throws(RedisError) -> RESPValue {
        var call = ScriptCall(script, keys, arguments, timeout ?? configuration.commandTimeout)
        while true {
            let replies = try await exchange(request(for: call))
            guard let reply = call.take(replies, scripts) else { continue }
            return try reply.success(call.name, at: configuration.address, isScript: true)
        }
    }

    func request(for call: ScriptCall) -> Request {
        Request(call.commands(scripts), name: call.name, address: configuration.address, deadline: call.deadline)
    }
}
