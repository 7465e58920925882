import ArgumentParser
import Glibc

/// Runs the command that the arguments name and ends the process with its exit status.
@main
enum Main {
    static func main() async {
        StandardDescriptors.open()
        // A closed stdout must end a command quietly, and is noticed by the write itself.
        signal(SIGPIPE, SIG_IGN)
        exit(await Invocation(Array(CommandLine.arguments.dropFirst())).perform())
    }
}
