import ArgumentParser

@main
struct Queuectl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "queuectl", abstract: "A background job queue on Redis.")
}
