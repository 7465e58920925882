import ArgumentParser
import QueueKit

/// What to look for in jobs, as flags.
struct FilterOptions: ParsableArguments {
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Only jobs with this tag; repeatable: with all of them.", valueName: "text")
    )
    var tag: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Only jobs whose meta has this value: customer.id=17; repeatable: all of them.",
            valueName: "name=value"
        )
    )
    var meta: [String] = []

    func filter() throws(Failure) -> JobFilter {
        var filter = JobFilter()
        filter.tags = tag
        for text in meta {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                let shown = TerminalText.quotedForMessage(text)
                throw Failure(.usage, "--meta: \(shown) has no name or no value; give NAME=VALUE", field: "meta")
            }
            let value = String(text[text.index(after: equals)...])
            filter.meta.append(.init(path: String(text[..<equals]), text: value))
        }
        return filter
    }
}
