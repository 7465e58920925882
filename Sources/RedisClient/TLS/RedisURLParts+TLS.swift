extension RedisURLParts {
    /// The parameters by which a URL says how it is secured.
    static let tlsParameters = ["tls_ca", "tls_cert", "tls_key", "tls_server_name", "tls_insecure"]

    /// How connections are to be secured; nil if they are not.
    func tls() throws(RedisURLError) -> RedisTLS? {
        guard isSecured else { return nil }
        var tls = RedisTLS()
        tls.authorities = try text("tls_ca")
        tls.certificate = try text("tls_cert")
        tls.key = try text("tls_key")
        tls.serverName = try text("tls_server_name")
        if let isInsecure = try flag("tls_insecure") { tls.verifies = !isInsecure }
        return tls
    }

    private func text(_ name: String) throws(RedisURLError) -> String? {
        guard let text = try parameter(name) else { return nil }
        guard !text.isEmpty else { throw RedisURLError("\(name) is empty") }
        return try RedisURLText.decoded(text, name)
    }

    private func flag(_ name: String) throws(RedisURLError) -> Bool? {
        switch try parameter(name) {
        case nil: return nil
        case "0", "no", "false": return false
        case "1", "yes", "true": return true
        default: throw RedisURLError("\(name) must be yes or no")
        }
    }
}
