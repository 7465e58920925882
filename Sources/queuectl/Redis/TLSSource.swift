import QueueKit
import RedisClient
import Synchronization

/// Where the settings of TLS come from: flags, then the URL, then variables.
enum TLSSource {
    /// The same configuration with what flags and variables say besides the URL.
    ///
    /// - Throws: `Failure`, when there are flags and no TLS: whoever gives them believes that there is. Variables may be
    ///   meant for other URLs.
    static func complete(
        _ configuration: RedisConfiguration,
        _ options: TLSOptions
    ) throws(Failure) -> RedisConfiguration {
        guard var tls = configuration.tls else {
            try refuse(options)
            return configuration
        }
        if let authorities = options.tlsCa ?? tls.authorities {
            tls.authorities = authorities
        } else {
            tls.authorities = try authorities()
        }
        let own = (tls.certificate, tls.key)
        tls.certificate = options.tlsCert ?? own.0 ?? Environment.value("QUEUECTL_TLS_CERT")
        // A key belongs to the certificate that stands beside it.
        tls.key = options.tlsKey ?? (options.tlsCert != nil ? nil : own.1)
        if options.tlsCert == nil, own.0 == nil { tls.key = tls.key ?? Environment.value("QUEUECTL_TLS_KEY") }
        tls.serverName = options.tlsServerName ?? tls.serverName ?? Environment.value("QUEUECTL_TLS_SERVER_NAME")
        let isInsecure = try isInsecure()
        if options.insecure || tls.saysWhetherToVerify == nil && isInsecure { tls.verifies = false }
        var configuration = configuration
        configuration.tls = tls
        return configuration
    }

    /// Refuses flags where there is nothing that they could secure.
    static func refuse(_ options: TLSOptions) throws(Failure) {
        guard let flag = options.given.first else { return }
        throw Failure(.usage, "\(flag) needs a Redis URL that begins with rediss://")
    }

    /// Reads the files, so that a mistake is told at once, and warns where nothing is verified.
    static func check(_ tls: RedisTLS?, _ options: GlobalOptions) throws(Failure) {
        guard let tls else { return }
        do {
            try tls.check()
        } catch {
            throw Failure(.configuration, TerminalText.escape("TLS: \(error)") + ". See queuectl help tls")
        }
        guard !tls.verifies, !hasWarned.exchange(true, ordering: .relaxed) else { return }
        Console(options).warn("insecure", warning)
    }

    /// What is told of connections that verify nothing.
    static let warning =
        "TLS verifies nothing (--insecure): any server is believed to be Redis, and whoever gets between can read and change everything, jobs and passwords included"

    private static let hasWarned = Atomic(false)

    /// Set but empty, the variable is a mistake of the script that sets it: then whom the system trusts would be trusted.
    private static func authorities() throws(Failure) -> String? {
        guard !Environment.isEmpty("QUEUECTL_TLS_CA") else {
            throw Failure(.configuration, "QUEUECTL_TLS_CA is set, but empty; give the file of the CA, or unset it")
        }
        return Environment.value("QUEUECTL_TLS_CA")
    }

    private static func isInsecure() throws(Failure) -> Bool {
        switch Environment.value("QUEUECTL_TLS_INSECURE") {
        case nil, "0", "no", "false": return false
        case "1", "yes", "true": return true
        default: throw Failure(.configuration, "QUEUECTL_TLS_INSECURE: give yes or no")
        }
    }
}
