import ArgumentParser

/// A command of queuectl: it prints on the console, and what it throws is reported there.
protocol ConsoleCommand: AsyncParsableCommand {
    /// What every command understands.
    var options: GlobalOptions { get }

    /// Does what was asked. Throws a `Failure`, or any error that `Failure` can take.
    func run(_ console: Console) async throws
}

extension ConsoleCommand {
    func run() async throws {
        let console = Console(options)
        do {
            try await run(console)
            try console.finish()
        } catch let reported as Reported {
            console.flush()
            throw ExitCode(reported.status.rawValue)
        } catch {
            let failure = Failure(error)
            console.flush()
            console.report(failure)
            throw ExitCode(failure.status.rawValue)
        }
    }
}

/// A command that needs Redis.
protocol SessionCommand: ConsoleCommand {
    /// Does what was asked.
    func run(_ session: Session, _ console: Console) async throws
}

extension SessionCommand {
    func run(_ console: Console) async throws {
        let session = try await Session(options)
        defer { session.redis.close() }
        try await run(session, console)
    }
}
