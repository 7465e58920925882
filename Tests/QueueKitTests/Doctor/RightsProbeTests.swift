import Foundation
import QueueScripts
import RedisClient
import TestSupport
import Testing

@testable import QueueKit

/// The list of what doctor tries out, beside what transitions and readers are written with.
@Suite struct RightsProbeTests {
    /// What is not tried out like the rest: without it nobody gets as far, or can do without.
    private static let others: Set<String> = [
        "AUTH", "SELECT", "PING", "CLIENT", "MULTI", "DISCARD", "CONFIG", "ROLE",
        // Servers never refuse it to a user.
        "HELLO",
        // Of the client: without them it finds its way through a cluster more slowly, or knows by the refusal.
        "CLUSTER", "ASKING",
        // Of whoever installs the functions, and is told.
        "FUNCTION",
    ]

    /// Every word in the sources that this server knows as a command.
    private static func commandsInSources(_ known: Set<String>) throws -> Set<String> {
        let package = URL(filePath: #filePath).appending(path: "../../../..").standardized
        var words: Set<String> = []
        for folder in ["lua", "Sources/QueueKit", "Sources/QueueWorker", "Sources/RedisClient"] {
            let files = FileManager.default.enumerator(
                at: package.appending(path: folder),
                includingPropertiesForKeys: nil
            )
            while let file = files?.nextObject() as? URL {
                guard ["lua", "swift"].contains(file.pathExtension), file.lastPathComponent != "RightsProbe.swift"
                else {
                    continue
                }
                let text = try String(contentsOf: file, encoding: .utf8)
                let call = /(?:call|try|send|each)\('([A-Z]+)'|RedisCommand\(\s*"([A-Z]+)"|command\("(EVAL|EVALSHA)"/
                words.formUnion(text.matches(of: call).compactMap { $0.1 ?? $0.2 ?? $0.3 }.map(String.init))
            }
        }
        return words.intersection(known)
    }

    @Test(
        arguments: [
            (
                .worker,
                [
                    .claim, .takeIn, .ingest, .admit, .settle, .turn, .renew, .report, .appendLog, .sweep, .inspect,
                    .repair,
                ]
            ), (.producer, [.enqueue]), (.viewer, [.find]),
        ] as [(UserRole, [QueueScript])]
    )
    func eachRoleIsAskedForWhatItsScriptsDo(role: UserRole, scripts: [QueueScript]) {
        let tried = Set(role.words.map { String($0.prefix { $0 != " " }) })
        for script in scripts {
            let calls = script.source.matches(of: /(?:call|try|send|check)\('([A-Z]+)'/).map { String($0.1) }
            // What common.lua does for those that change something.
            let common: Set = ["HSET", "LPUSH", "PUBLISH", "RPUSH", "UNLINK", "ZADD", "ZREM"]
            let untried = Set(calls).subtracting(tried).subtracting(role == .viewer ? common : ["PUBLISH"])
            #expect(untried.isEmpty, "\(role), \(script.name): \(untried.sorted())")
        }
    }

    @Test func everyCommandInTheSourcesIsTriedOut() async throws {
        let server = try RedisServer(
            .init(configuration: ["user nobody on >x ~* &* -@all +multi +discard +ping +client"])
        )
        let known = try #require(try await server.connection().send(RedisCommand("COMMAND", "LIST")).array)
        let used = try Self.commandsInSources(Set(known.compactMap { $0.string?.uppercased() }))
        #expect(used.count > 40, "\(used.sorted())")
        var configuration = server.configuration
        configuration.username = "nobody"
        configuration.password = "x"
        let directory = QueueDirectory(namespace: "n", redis: RedisConnection(configuration))
        let missing = try #require(try await RightsProbe(directory, [.default]).missing())
        let untried = used.subtracting(Self.others).subtracting(missing.map { $0.name })
        #expect(untried.isEmpty, "\(untried.sorted())")
    }
}

/// Not the whole of its source.
extension QueueScript: CustomTestStringConvertible {
    /// Its name.
    public var testDescription: String { name }
}
