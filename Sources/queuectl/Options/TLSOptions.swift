import ArgumentParser

/// How the connection to Redis is secured, for URLs that begin with rediss://. Left out of the help of each command:
/// `queuectl help tls` explains them.
struct TLSOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The CA to trust.", valueName: "file", visibility: .hidden), completion: .file())
    var tlsCa: String?

    @Option(help: ArgumentHelp("Our own certificate.", valueName: "file", visibility: .hidden), completion: .file())
    var tlsCert: String?

    @Option(help: ArgumentHelp("The key of that.", valueName: "file", visibility: .hidden), completion: .file())
    var tlsKey: String?

    @Option(help: ArgumentHelp("The name that the server has to prove.", valueName: "name", visibility: .hidden))
    var tlsServerName: String?

    @Flag(help: ArgumentHelp("Believe any server.", visibility: .hidden))
    var insecure = false

    /// The flags that were given.
    var given: [String] {
        let values = [
            ("--tls-ca", tlsCa), ("--tls-cert", tlsCert), ("--tls-key", tlsKey), ("--tls-server-name", tlsServerName),
        ]
        return values.filter { $0.1 != nil }.map(\.0) + (insecure ? ["--insecure"] : [])
    }

    /// The options as they are when none is given.
    static func unparsed() -> TLSOptions {
        var options = TLSOptions()
        options.tlsCa = nil
        options.tlsCert = nil
        options.tlsKey = nil
        options.tlsServerName = nil
        options.insecure = false
        return options
    }
}
