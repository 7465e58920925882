extension RedisConnection {
    /// Connections to all that take writes: to every primary of a cluster; or this one alone.
    ///
    /// The caller closes them. No I/O happens on those to other nodes before their first request. One round trip, two for a cluster.
    ///
    /// - Throws: ``RedisError``.
    public func primaries() async throws(RedisError) -> [RedisConnection] {
        let info = try await send(RedisCommand("INFO", "cluster"))
        guard info.string?.contains("cluster_enabled:1") == true else { return [self] }
        var map = ClusterMap()
        map.take(survey: try await send(RedisCommand("CLUSTER", "SLOTS")), from: configuration.address)
        return map.primaries.map { RedisConnection(configuration.at($0)) }
    }
}
