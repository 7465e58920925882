import ArgumentParser
import Glibc

/// `--yes`, and the question that it answers.
struct Confirmation: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Do it without asking.")
    var yes = false

    /// Asks on a terminal; where nobody can be asked, throws.
    func ask(_ deed: String, on console: Console) throws(Failure) {
        if yes { return }
        guard isatty(0) == 1, console.err.isTerminal else {
            throw Failure(.needsConfirmation, "This would \(deed). Give --yes to do it")
        }
        console.ask("\(deed.prefix(1).uppercased() + deed.dropFirst())? It cannot be undone. [y/N] ")
        let answer = readLine()?.lowercased() ?? ""
        guard ["y", "yes"].contains(answer) else { throw Failure(.needsConfirmation, "Declined: nothing was changed") }
    }
}
