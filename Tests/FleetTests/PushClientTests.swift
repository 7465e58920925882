import FleetSupport
import Foundation
import QueueKit
import TestSupport
import TestTraits
import Testing

/// Other services, with nothing but a Redis client of theirs.
@Suite(.threeAtATime) struct PushClientTests {
    enum Client: CaseIterable {
        case redisCLI, redisPy
    }

    /// How many of a worker's four slots are taken while pushes come in.
    @Test(arguments: Client.allCases, [0, 2, 4])
    func pushesOfOtherServicesRun(_ client: Client, whileBusy busy: Int) async throws {
        try await withFleet(settings: [.lease: "6s"]) { fleet in
            #expect(try await fleet.run("install-functions") == 0)
            try await fleet.start(count: 4)
            let holds = "while [ ! -e \(fleet.folder.path)/go ]; do sleep 0.05; done"
            try await fleet.enqueue(Array(repeating: holds, count: busy))
            try await fleet.wait(for: busy, .processing)

            try await push(client, fleet)
            if busy == 4 {
                // Taken in all the same, at the next heartbeat.
                try await fleet.wait(for: 3, .pending, within: .seconds(5))
            } else {
                try await fleet.wait(for: 3, .completed, within: .seconds(3))
            }
            _ = FileManager.default.createFile(atPath: "\(fleet.folder.path)/go", contents: nil)
            try await fleet.wait(for: 3 + busy, .completed, within: .seconds(10))

            #expect(fleet.lines("ran").sorted() == ["from-call", "from-hash", "from-json"])
            let job = try await fleet.job(JobID("from-json"))
            #expect(job.priority == 8)
            #expect(job.maxRetries == 5)
        }
    }

    /// Pushes a JSON document, and a prepared hash with its id, and calls the function.
    private func push(_ client: Client, _ fleet: Fleet) async throws {
        let keys = fleet.queue.keys
        let document = #"{"id":"from-json","command":"\#(fleet.note)","priority":8,"max_retries":5}"#
        let calls = [
            ["HSET", "\(keys.prefix)job:from-hash", "command", fleet.note],
            ["LPUSH", keys.incoming, "from-hash"],
            ["LPUSH", keys.incoming, document],
            ["FCALL", "queuectl_enqueue", "1", keys.incoming, #"{"id":"from-call","command":"\#(fleet.note)"}"#],
        ]
        let socket = "\(fleet.server.folder.path)/redis.sock"
        for call in calls {
            let command: [String]
            switch client {
            case .redisCLI: command = ["redis-cli", "-s", socket] + call
            case .redisPy:
                let script =
                    "import redis, sys; redis.Redis(unix_socket_path=sys.argv[1]).execute_command(*sys.argv[2:])"
                command = ["/usr/bin/python3", "-c", script, socket] + call
            }
            let output = "\(fleet.folder.path)/client"
            let process = try ChildProcess(command, output: output)
            try await waitUntil("the client has pushed") { process.exitCode != nil }
            guard process.exitCode == 0 else { throw Unexpected(readLines(output).joined(separator: "\n")) }
        }
    }

    /// Pushed while there is no worker, they wait; then the most urgent goes first, whichever way it came.
    @Test func withoutAWorkerTheyWaitInTheirOrder() async throws {
        try await withFleet { fleet in
            #expect(try await fleet.run("install-functions") == 0)
            for (id, priority) in [("low", 1), ("high", 10), ("middle", 5)] {
                let document = #"{"id":"\#(id)","priority":\#(priority),"command":"\#(fleet.note)"}"#
                let call = [
                    "redis-cli", "-s", "\(fleet.server.folder.path)/redis.sock", "FCALL", "queuectl_enqueue", "1",
                ]
                let process = try ChildProcess(
                    call + [fleet.queue.keys.incoming, document],
                    output: "\(fleet.folder.path)/client"
                )
                try await waitUntil("the client has its answer") { process.exitCode != nil }
                #expect(readLines("\(fleet.folder.path)/client").last == id)
            }
            try await fleet.checkInvariants()
            try await fleet.start(count: 1)
            try await fleet.wait(for: 3, .completed)
            #expect(fleet.lines("ran") == ["high", "middle", "low"])
        }
    }
}
