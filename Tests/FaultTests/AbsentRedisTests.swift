import FleetSupport
import QueueKit
import RedisClient
import TestSupport
import TestTraits
import Testing

@Suite(.fault(.redisAbsentAtTheStart), .threeAtATime) struct AbsentRedisTests {
    enum Absence: CaseIterable {
        case gone, silent
    }

    @Test(arguments: Absence.allCases)
    func aWorkerWaitsAndGoesToWorkByItself(_ absence: Absence) async throws {
        try await withFleet(.init(appendOnly: true, configuration: ["appendfsync always"])) { fleet in
            let id = try await fleet.enqueue([fleet.note])[0]
            absence == .gone ? fleet.server.kill9() : fleet.server.freeze()
            let worker = try fleet.launch()
            try await worker.waitForLog("outage", within: .seconds(30))
            // Time itself is the subject.
            try await Task.sleep(for: .seconds(5))
            #expect(worker.process.isRunning)
            #expect(worker.events("ready").isEmpty && worker.events("outage").count == 1)
            if absence == .gone { try fleet.server.restart() } else { fleet.server.thaw() }
            try await fleet.wait(for: 1, .completed, within: .seconds(6))
            #expect(worker.events("ready").count == 1 && worker.events("restored").count == 1)
            #expect(try await fleet.job(id).run == 1)
        }
    }

    @Test func theCommandLineGivesUpOnASilentRedisInTimeAndNamesIt() async throws {
        try await withFleet { fleet in
            let proxy = try TCPProxy(to: fleet.server, tcp: true)
            proxy.freeze()
            let output = "\(fleet.folder.path)/said"
            let began = ContinuousClock.now
            let command = try fleet.command(
                ["enqueue", "--command", "true"],
                redis: proxy.configuration,
                output: output
            )
            try await waitUntil("it gives up", within: .seconds(30)) { command.exitCode != nil }
            #expect(command.exitCode == 69)
            print("given up after \(ContinuousClock.now - began)")
            #expect(ContinuousClock.now - began < .seconds(12))
            let said = readLines(output)
            #expect(said.count == 1 && said[0].contains("\(proxy.configuration.address)"), "\(said)")
        }
    }
}
