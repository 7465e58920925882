import RedisClient

@testable import QueueKit

extension TestQueue {
    /// A queue on a server that has the functions.
    static func withFunctions() async throws -> TestQueue {
        let queue = try TestQueue()
        _ = try await QueueFunctions(redis: queue.redis).install()
        return queue
    }

    /// Adds a job as another service does. Returns its id.
    @discardableResult
    func add(_ document: String) async throws -> String {
        try await send("FCALL", "queuectl_enqueue", "1", "R:incoming", document).string ?? ""
    }

    /// What the function says of a document that it refuses.
    func refusal(of document: String) async throws -> String {
        do {
            return "no refusal: \(try await add(document))"
        } catch let error as RedisError {
            return error.reply?.message ?? "\(error)"
        }
    }

    /// Reads what a claim gave to be read, as a worker does.
    @discardableResult
    func admit(_ claim: Claim) async throws -> [AdmitResult] {
        try await queue.admit(claim.unread, configuration: configuration)
    }

    /// Claims and reads until the slots are taken or nothing is left to be read, as a worker does. Returns the ids of the jobs that
    /// it was given to run.
    func claimAndAdmit(_ slots: Int, number: inout Int64) async throws -> [String] {
        var ids: [String] = []
        while true {
            number += 1
            let claim = try await claim(slots - ids.count, number: number)
            ids += claim.ids
            if claim.unread.isEmpty || ids.count == slots { return ids }
            try await admit(claim)
        }
    }
}
