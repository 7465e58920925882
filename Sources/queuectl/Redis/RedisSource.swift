import RedisClient

/// Where Redis is, and who said so.
enum RedisSource {
    /// At a URL, which stood in this place: `--redis`, or the name of a variable.
    case url(RedisConfiguration, from: String)
    /// Nowhere in particular: queuectl's own server.
    case embedded

    /// Decides: the flag, then `QUEUECTL_REDIS_URL`, then `REDIS_URL`, then the embedded server.
    init(_ options: GlobalOptions) throws(Failure) {
        if let url = options.redis {
            self = .url(try Self.configuration(url, options, from: "--redis", otherwise: .usage), from: "--redis")
            return
        }
        for name in ["QUEUECTL_REDIS_URL", "REDIS_URL"] {
            guard let url = Environment.value(name) else { continue }
            self = .url(try Self.configuration(url, options, from: name, otherwise: .configuration), from: name)
            return
        }
        try TLSSource.refuse(options.tls)
        self = .embedded
    }

    private static func configuration(
        _ url: String,
        _ options: GlobalOptions,
        from place: String,
        otherwise kind: Failure.Kind
    ) throws(Failure) -> RedisConfiguration {
        let configuration: RedisConfiguration
        do {
            configuration = try RedisConfiguration(url: url)
        } catch {
            throw Failure(kind, "\(place): \(error.message)")
        }
        return try TLSSource.complete(configuration, options.tls)
    }
}
