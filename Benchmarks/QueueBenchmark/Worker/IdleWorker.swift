import ArgumentParser
import Glibc
import QueueWorker
import RedisClient

/// A worker in a process of its own, to be looked at from outside.
struct IdleWorker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(shouldDisplay: false)

    @Argument var socket: String
    @Argument var slots: Int

    func run() async throws {
        let executor = try ProcessExecutor(environment: ["PATH": "/usr/bin:/bin"])
        let redis = RedisConfiguration(address: .unix(path: socket))
        try await Worker(WorkerOptions(slots: slots), redis: redis, executor: executor).run()
    }
}
