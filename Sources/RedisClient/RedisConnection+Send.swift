extension RedisConnection {
    /// Sends a command and returns its reply. One round trip.
    ///
    /// If the task is cancelled this returns at once: a command not yet written is never sent; one that was
    /// written runs, and its reply is thrown away.
    ///
    /// - Parameter timeout: how long to wait from now, dialling included; the configured `commandTimeout` unless given.
    /// - Throws: ``RedisError``; code `reply` if the server answers with an error.
    public func send(_ command: RedisCommand, timeout: Duration? = nil) async throws(RedisError) -> RESPValue {
        let replies = try await exchange(request([command], timeout: timeout))
        return try replies.single.success(command.name, at: configuration.address)
    }

    /// Sends commands in a row, with none of another caller between them, and returns their replies in order.
    /// One round trip. Not atomic: other connections' commands may run between them.
    ///
    /// An error reply is a value here, and the commands after it run all the same. If the connection is lost midway,
    /// all of it fails, and some of it may have run. Cancellation is as for ``send(_:timeout:)``.
    ///
    /// - Throws: ``RedisError``, never with code `reply` but when the greeting is refused.
    public func pipeline(_ commands: [RedisCommand], timeout: Duration? = nil) async throws(RedisError) -> [RESPValue] {
        guard !commands.isEmpty else { return [] }
        return try await exchange(request(commands, timeout: timeout))
    }

    /// Sends a command that the server holds back for up to `blockFor`, such as `BLMOVE` with that timeout.
    ///
    /// Use a connection of its own for these: whatever else is sent on this one waits behind the block.
    /// Getting connected may take the configured `commandTimeout`. Once sent, the answer is overdue after `blockFor` plus
    /// the configured `blockingMargin`; then the connection is dropped and dialled anew, since a peer that vanished looks
    /// just like one that has nothing to say.
    ///
    /// If the task is cancelled this returns at once and drops the connection, since the next request would otherwise
    /// wait behind the block. Requests that other callers have on it then fail as `connectionLost`. The server may have
    /// carried the command out: an element may have been moved that nobody was told about.
    ///
    /// - Throws: ``RedisError``; code `reply` if the server answers with an error.
    public func sendBlocking(_ command: RedisCommand, blockFor: Duration) async throws(RedisError) -> RESPValue {
        let request = Request(
            [command],
            name: command.name,
            address: configuration.address,
            deadline: ContinuousClock.now.advanced(by: configuration.commandTimeout),
            overdueAfter: blockFor + configuration.blockingMargin
        )
        return try await exchange(request).single.success(command.name, at: configuration.address)
    }
}
