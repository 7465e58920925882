import QueueKit

/// Help on what is no command: `queuectl help exit-codes`.
enum HelpTopic: String, CaseIterable {
    case exitCodes = "exit-codes"
    case environment
    case tls

    /// The text, if the arguments ask for a topic.
    static func text(for arguments: [String]) -> String? {
        let words = arguments.filter { !$0.hasPrefix("-") }
        guard words.count == 2, words[0] == "help" else { return nil }
        return HelpTopic(rawValue: words[1])?.text
    }

    /// What is wrong with a request for help on something that is neither a command nor a topic.
    static func problem(with arguments: [String]) -> String? {
        guard arguments.first == "help" else { return nil }
        let words = arguments.dropFirst().prefix { !$0.hasPrefix("-") }
        let path = CommandPath(words)
        guard let word = words.dropFirst(path.length).first else { return nil }
        let topics = path.length == 0 ? allCases.map(\.rawValue) : []
        let near = Suggestion.nearest(to: word, among: path.childNames + topics)
        let advice = near.map { "; did you mean \($0)?" } ?? "."
        return "There is no help on \(TerminalText.quotedForMessage(word))\(advice) See queuectl --help"
    }

    private var text: String {
        switch self {
        case .exitCodes: Self.exitCodesText
        case .environment: Self.environmentText
        case .tls: Self.tlsText
        }
    }

    private static var exitCodesText: String {
        let lines = ExitStatus.allCases.map { status in
            let number = String(status.rawValue)
            return "  " + String(repeating: " ", count: 3 - number.count) + number + "  " + status.meaning
        }
        let worker = """

            A worker ends with 0 when it was stopped, by a second signal too, or has done what --drain, --max-jobs or
            --max-idle ask for.
            """
        return (["queuectl ends with:", ""] + lines + [worker]).joined(separator: "\n")
    }

    private static let tlsText = """
        A Redis URL that begins with rediss:// is reached over TLS 1.2 or later, sentinels (rediss+sentinel://) and the
        other nodes of a cluster too. The server has to prove by its certificate that it is the host of the URL, a name or
        an IP address. A flag counts before the URL, and that before a variable:

          flag                    in the URL         variable
          --tls-ca FILE           ?tls_ca=           QUEUECTL_TLS_CA           whom to trust, instead of the system's CAs
          --tls-cert FILE         ?tls_cert=         QUEUECTL_TLS_CERT         our certificate, for a server that asks for one
          --tls-key FILE          ?tls_key=          QUEUECTL_TLS_KEY          its key; otherwise in the same file
          --tls-server-name NAME  ?tls_server_name=  QUEUECTL_TLS_SERVER_NAME  the name to prove, and to ask for (SNI)
          --insecure              ?tls_insecure=yes  QUEUECTL_TLS_INSECURE     believe any server; only to find a mistake

        Files are in PEM form, keys without a password. They are read anew for each connection: new certificates need no
        restart. What is wrong with a certificate is told with exit code 78; workers go on trying.

          queuectl status --redis rediss://:password@redis.example.com:6380 --tls-ca ca.pem
        """

    private static let environmentText = """
        queuectl reads these variables; an empty one counts as not set:

          QUEUECTL_REDIS_URL     where Redis is, before REDIS_URL; --redis comes before both
          REDIS_URL              where Redis is
          QUEUECTL_TLS_CA, QUEUECTL_TLS_CERT, QUEUECTL_TLS_KEY, QUEUECTL_TLS_SERVER_NAME, QUEUECTL_TLS_INSECURE
                                 how that is secured: queuectl help tls
          QUEUECTL_NAMESPACE     what the names of all keys in Redis begin with; otherwise queuectl
          QUEUECTL_TASKS         the task file of a worker, where --tasks is not given
          QUEUECTL_SIGNING_KEYS  the keys that a worker trusts and a producer signs with, where --signing-keys is not given
          QUEUECTL_HOST          what a worker calls its host; otherwise the host's name
          QUEUECTL_DATA_DIR      where queuectl's own server keeps its data, and workers in the background their logs
          XDG_DATA_HOME          without that, they are in queuectl below this; otherwise in ~/.local/share/queuectl
          QUEUECTL_REDIS_SERVER  the program of that server, a path or a name; otherwise redis-server
          QUEUECTL_CONTROL       inside a job: the pipe that queuectl job writes to
          VISUAL, EDITOR         what queuectl edit opens, the first that is set; otherwise vi, on a terminal
          TMPDIR                 where edit and demo have their files meanwhile; otherwise /tmp
          NO_COLOR               no colour
          FORCE_COLOR            colour even where the output is no terminal
          TERM                   dumb: no colour, no progress
          COLUMNS                the width of tables; otherwise that of the terminal
        """
}
