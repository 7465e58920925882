import ArgumentParser

/// How a producer signs.
struct SigningOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Sign with a key of this file: see docs/security.md. Otherwise QUEUECTL_SIGNING_KEYS.",
            valueName: "path"
        ),
        completion: .file()
    )
    var signingKeys: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Which key of the file signs; otherwise its first.", valueName: "id")
    )
    var signKey: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How long the signature is valid from when the job is due: retries have to begin by then. (default: 1d)",
            valueName: "duration"
        )
    )
    var validFor: String?
}
