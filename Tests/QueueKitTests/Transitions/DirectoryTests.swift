import RedisClient
import TestSupport
import Testing

@testable import QueueKit

@Suite struct DirectoryTests {
    private let directory: QueueDirectory
    private let redis: RedisConnection

    init() throws {
        redis = try RedisServer.shared().connection()
        directory = QueueDirectory(namespace: RedisServer.uniqueName("ns"), redis: redis)
    }

    private func add(_ id: String, to queue: String) async throws {
        let job = NewJob(JobDocument(id: try JobID(id), command: "true"))
        _ = try await directory.queue(QueueName(queue)).enqueue([job], configuration: .init())
    }

    @Test func jobsAreFoundAmongRegisteredQueuesAndTheDefault() async throws {
        _ = try await directory.register([QueueName("mail"), QueueName("video")])
        try await add("a", to: "mail")
        try await add("b", to: "default")
        try await add("hidden", to: "unregistered")
        let found = try await directory.locate(ids(["a", "b", "hidden", "gone"]))
        #expect(found.map { $0?.name.text } == ["mail", "default", nil, nil])
    }

    @Test func anIdInTwoQueuesIsAmbiguous() async throws {
        _ = try await directory.register([QueueName("mail"), QueueName("video")])
        try await add("a", to: "mail")
        try await add("a", to: "video")
        let error = await #expect(throws: QueueError.self) { try await directory.locate(ids(["a"])) }
        #expect(error?.code == .ambiguous)
        #expect(error?.description.contains("\"mail\" and \"video\"") == true)
    }

    @Test func workersAreRegisteredAskedToStopAndTakenOffTheList() async throws {
        let queue = try QueueName("mail")
        _ = try await directory.register([queue])
        let start = Timestamp(milliseconds: 1_700_000_000_000)
        let worker = WorkerRegistration(
            id: workerA,
            queues: [queue],
            slots: 4,
            startedAt: start,
            version: "1",
            seenAt: start
        )
        #expect(try await directory.workers().isEmpty)
        let replies = try await redis.pipeline(directory.heartbeat(worker, lifetime: .seconds(60)))
        #expect(!directory.heartbeatAnswer(in: replies).isAskedToStop)
        _ = try await directory.queue(queue).renew(worker: workerA, held: [], lease: .seconds(30))
        #expect(try await directory.workers() == [worker])

        #expect(try await directory.requestStop([workerA, workerB]) == [workerA])
        let asked = try await redis.pipeline(directory.heartbeat(worker, lifetime: .seconds(60)))
        #expect(directory.heartbeatAnswer(in: asked).isAskedToStop)

        try await directory.deregister(worker)
        #expect(try await directory.workers().isEmpty)
        #expect(try await directory.requestStop([workerA]).isEmpty)
    }

    @Test func aWorkerThatIsGoneIsNotListed() async throws {
        let queue = try QueueName("mail")
        _ = try await directory.register([queue])
        _ = try await directory.queue(queue).renew(worker: workerA, held: [], lease: .seconds(30))
        #expect(try await directory.workers().isEmpty)
    }
}
