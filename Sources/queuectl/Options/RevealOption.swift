import ArgumentParser

/// Whether to show what is otherwise hidden.
struct RevealOption: ParsableArguments {
    @Flag(
        help: "Show also what the setting redact hides here. What was hidden when it was stored is not there any more."
    )
    var reveal = false
}
