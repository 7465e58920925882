import RedisClient

extension QueueDirectory {
    /// Refuses queues that another release keeps in a form which this one does not know: to read them would be guessing.
    /// One round trip. Transitions need no such check, they make it themselves.
    ///
    /// - Throws: `QueueError`, code `newerSchema` for the first such queue.
    package func requireKnownSchema(of names: [QueueName]) async throws(QueueError) {
        let attempt = "read the queue"
        let reads = names.map { RedisCommand("HGET", queue($0).keys.meta, "schema") }
        for (name, reply) in zip(names, try await replies(reads, attempting: attempt)) {
            // What else is wrong with that key is told by those who need more of it.
            guard let schema = reply.string, schema != QueueKeys.schema else { continue }
            let reason = QueueKeys.unknown(schema: schema)
            throw QueueError(.newerSchema, attempted: attempt, queue: name, reason: reason)
        }
    }
}

extension QueueKeys {
    /// What to say of a queue with another schema: the words of `common.lua`.
    static func unknown(schema: String) -> String {
        "the queue has schema \(schema), this release knows \(self.schema); use a newer queuectl"
    }
}
