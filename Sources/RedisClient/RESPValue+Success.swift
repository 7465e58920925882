extension [RESPValue] {
    /// The reply to a request of one command. There always is one.
    var single: RESPValue { first ?? .null }
}

extension RESPValue {
    /// The reply, with an error reply thrown. A command that was refused has not run; a script may have written
    /// before its error.
    func success(_ command: String, at address: RedisAddress, isScript: Bool = false) throws(RedisError) -> RESPValue {
        guard case .error(let error) = self else { return self }
        throw RedisError(
            .reply,
            address: address,
            command: command,
            mayHaveRun: isScript && !error.kind.precedesExecution,
            reply: error,
            cause: error.message
        )
    }
}
