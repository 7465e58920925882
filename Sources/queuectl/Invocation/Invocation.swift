import ArgumentParser
import QueueKit

/// One call of queuectl, from its arguments to its exit status.
struct Invocation {
    private let arguments: [String]

    init(_ arguments: [String]) {
        self.arguments = LeadingOptions.moved(arguments)
    }

    /// Runs the command. Whatever went wrong has been reported when this returns.
    func perform() async -> Int32 {
        if let text = HelpTopic.text(for: arguments) {
            return show(text)
        }
        if let problem = HelpTopic.problem(with: arguments) {
            return report(Failure(.usage, problem))
        }
        do {
            var command = try Queuectl.parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return ExitStatus.ok.rawValue
        } catch let code as ExitCode {
            return code.rawValue
        } catch {
            return report(error)
        }
    }

    /// Help and version are thrown by the parser as well as its errors.
    private func report(_ error: any Error) -> Int32 {
        let isAnswer = Queuectl.exitCode(for: error) == .success
        let message = isAnswer ? Queuectl.fullMessage(for: error) : UsageMessage.line(for: error, arguments)
        guard !isAnswer else { return show(message) }
        return report(Failure(.usage, message))
    }

    private func report(_ failure: Failure) -> Int32 {
        var failure = failure
        if let command = CommandPath(arguments).command as? any ConsoleCommand.Type {
            failure.ownStatus = command.status(for: failure)
        }
        Console(options).report(failure)
        return failure.status.rawValue
    }

    private func show(_ text: String) -> Int32 {
        let console = Console(GlobalOptions.unparsed())
        console.print(text.hasSuffix("\n") ? String(text.dropLast()) : text)
        do {
            try console.finish()
            return ExitStatus.ok.rawValue
        } catch {
            console.report(error)
            return error.status.rawValue
        }
    }

    /// The global options where the arguments as a whole cannot be parsed.
    private var options: GlobalOptions {
        var options = GlobalOptions.unparsed()
        options.json = arguments.prefix { $0 != "--" }.contains("--json")
        return options
    }
}

extension GlobalOptions {
    /// The options as they are when none is given.
    static func unparsed() -> GlobalOptions {
        var options = GlobalOptions()
        options.redis = nil
        options.tls = .unparsed()
        options.namespace = nil
        options.json = false
        options.quiet = false
        options.color = .auto
        return options
    }
}
