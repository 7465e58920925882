import ArgumentParser

/// What every command understands.
struct GlobalOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Where Redis is: redis://[[user]:password@]host[:port][/db], unix:///path or redis+sentinel://host,host/name; rediss for TLS (queuectl help tls). Otherwise QUEUECTL_REDIS_URL, then REDIS_URL, then a server of queuectl's own.",
            valueName: "url"
        )
    )
    var redis: String?

    @OptionGroup(visibility: .hidden) var tls: TLSOptions

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "What the names of all keys in Redis begin with: QUEUECTL_NAMESPACE, or queuectl.",
            valueName: "name"
        )
    )
    var namespace: String?

    @Flag(help: "Print JSON: one object, or one on each line. Errors too, on stderr.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print ids only (doctor: codes), and no remarks.")
    var quiet = false

    @Option(help: ArgumentHelp("Colour: auto, always or never.", valueName: "when"))
    var color = ColorChoice.auto
}

/// When to colour what is printed.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, always, never
}
