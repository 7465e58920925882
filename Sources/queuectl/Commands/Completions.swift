import ArgumentParser
import QueueKit

struct Completions: ConsoleCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a completion script for a shell.",
        usage: "queuectl completions <shell>",
        discussion: """
            Put it where the shell looks: ~/.local/share/bash-completion/completions/queuectl for bash, _queuectl in a
            folder of $fpath for zsh, ~/.config/fish/completions for fish.

            EXAMPLES:
              queuectl completions bash > queuectl.bash
              queuectl completions zsh > _queuectl
              queuectl completions fish > queuectl.fish
            """.filled
    )

    @Argument(help: "bash, zsh or fish.", completion: .list(["bash", "zsh", "fish"]))
    var shell: String

    @OptionGroup var options: GlobalOptions

    func run(_ console: Console) throws {
        guard let known = CompletionShell(rawValue: shell) else {
            throw Failure(.usage, "\(TerminalText.quotedForMessage(shell)) has no completions; give bash, zsh or fish")
        }
        console.print(Queuectl.completionScript(for: known))
    }
}
