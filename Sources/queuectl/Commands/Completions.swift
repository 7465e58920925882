import ArgumentParser
import QueueKit

struct Completions: ConsoleCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a completion script for a shell.",
        usage: "queuectl completions <shell>",
        discussion: """
            EXAMPLES:
              queuectl completions bash > /etc/bash_completion.d/queuectl
              queuectl completions zsh > ~/.zsh/completions/_queuectl
              queuectl completions fish > ~/.config/fish/completions/queuectl.fish
            """
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
