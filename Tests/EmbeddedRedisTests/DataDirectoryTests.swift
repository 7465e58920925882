import EmbeddedRedis
import Glibc
import RedisClient
import TestSupport
import Testing

@Suite struct DataDirectoryTests {
    @Test(arguments: [
        (["QUEUECTL_DATA_DIR": "/q", "XDG_DATA_HOME": "/x", "HOME": "/h"], "/q"),
        (["XDG_DATA_HOME": "/x", "HOME": "/h"], "/x/queuectl"),
        (["XDG_DATA_HOME": "relative", "HOME": "/h"], "/h/.local/share/queuectl"),
        (["XDG_DATA_HOME": "", "HOME": "/h"], "/h/.local/share/queuectl"),
    ])
    func defaultFolderFollowsTheEnvironment(_ variables: [String: String], _ expected: String) throws {
        let environment = EmbeddedEnvironment(variables)
        #expect(try EmbeddedServer.defaultDataDirectory(environment: environment) == expected)
    }

    @Test func withoutHomeThereIsNoDefaultFolder() {
        let error = #expect(throws: EmbeddedServerError.self) {
            try EmbeddedServer.defaultDataDirectory(environment: EmbeddedEnvironment([:]))
        }
        #expect(error?.code == .dataDirectory)
        #expect(error?.message.contains("QUEUECTL_DATA_DIR") == true)
    }

    @Test func folderThatOthersCanWriteToIsRefused() async throws {
        try await EmbeddedFixture.with { fixture in
            mkdir(fixture.path, 0o700)
            chmod(fixture.path, 0o770)
            let error = await #expect(throws: EmbeddedServerError.self) { try await fixture.server.ensureRunning() }
            #expect(error?.code == .dataDirectory)
            #expect(error?.message.contains("chmod 700 \(fixture.path)") == true)
            #expect(permissions(of: fixture.path) == 0o770)
        }
    }

    @Test func folderThatCannotBeMadeIsReportedWithItsPath() async throws {
        try await EmbeddedFixture.with(subfolder: "file/data") { fixture in
            try write("", to: fixture.folder.path + "/file")
            let error = await #expect(throws: EmbeddedServerError.self) { try await fixture.server.ensureRunning() }
            #expect(error?.code == .dataDirectory)
            #expect(error?.message.contains(fixture.path + ": Not a directory") == true)
        }
    }

    @Test func folderReachedByAnotherNameIsTheSameServer() async throws {
        try await EmbeddedFixture.with { fixture in
            try await fixture.server.start()
            let alias = fixture.folder.path + "/alias"
            symlink(fixture.path, alias)
            let other = EmbeddedServer(dataDirectory: alias, environment: testEnvironment())
            #expect(try await other.start() == .alreadyRunning)
            #expect(redisServers(mentioning: fixture.folder.path).count == 1)
        }
    }

    @Test func pathTooLongForASocketUsesTheRuntimeFolder() async throws {
        let runtime = try TemporaryFolder()
        let environment = ["XDG_RUNTIME_DIR": runtime.path]
        try await EmbeddedFixture.with(subfolder: longName, environment: environment) { fixture in
            try await fixture.send(RedisCommand("SET", "k", "v"))
            let socket = try await fixture.info().socket
            #expect(socket.hasPrefix(runtime.path + "/queuectl-"))
            #expect(permissions(of: String(socket.dropLast("/redis.sock".count))) == 0o700)
            // Another login, or cron: the link in the data folder leads there.
            let elsewhere = EmbeddedServer(dataDirectory: fixture.path, environment: testEnvironment())
            #expect(try await elsewhere.start() == .alreadyRunning)

            // The runtime folder goes with the login; the data does not.
            unlink(socket)
            let moved = try await elsewhere.ensureRunning()
            #expect(try await send(RedisCommand("GET", "k"), to: moved).string == "v")
            #expect(redisServers(mentioning: fixture.path).count == 1)
        }
    }

    @Test func pathTooLongForASocketUsesTmpWithoutARuntimeFolder() async throws {
        try await EmbeddedFixture.with(subfolder: longName) { fixture in
            try await fixture.server.start()
            let folder = String(try await fixture.info().socket.dropLast("/redis.sock".count))
            #expect(folder.hasPrefix("/tmp/queuectl-\(geteuid())-"))
            #expect(permissions(of: folder) == 0o700)
            _ = try await fixture.server.stop()

            // Somebody else may make that folder first.
            chmod(folder, 0o755)
            let error = await #expect(throws: EmbeddedServerError.self) { try await fixture.server.ensureRunning() }
            #expect(error?.code == .dataDirectory)
            #expect(error?.message.contains(folder) == true)
        }
    }

    private let longName = String(repeating: "long/", count: 20) + "data"
}
