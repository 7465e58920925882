import ArgumentParser

/// A command of queuectl: it prints on the console, and what it throws is reported there.
protocol ConsoleCommand: AsyncParsableCommand {
    /// What every command understands.
    var options: GlobalOptions { get }

    /// What the process ends with when this command fails so: the status of the failure, unless the command has
    /// codes of its own.
    static func status(for failure: Failure) -> ExitStatus

    /// Does what was asked. Throws a `Failure`, or any error that `Failure` can take; or an `ExitCode`, when there is
    /// nothing to report.
    func run(_ console: Console) async throws
}

extension ConsoleCommand {
    static func status(for failure: Failure) -> ExitStatus { failure.status }

    func run() async throws {
        let console = Console(options)
        do {
            try await run(console)
            try console.finish()
        } catch let reported as Reported {
            console.flush()
            throw ExitCode(reported.status.rawValue)
        } catch let code as ExitCode {
            console.flush()
            throw code
        } catch {
            var failure = Failure(error)
            failure.ownStatus = Self.status(for: failure)
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
