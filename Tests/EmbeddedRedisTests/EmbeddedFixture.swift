import EmbeddedRedis
import Glibc
import RedisClient
import TestSupport
import Testing

/// A data folder under /tmp for the length of one test, and whatever server lives in it.
struct EmbeddedFixture {
    let folder: TemporaryFolder
    let path: String
    let server: EmbeddedServer

    /// Runs a test, then kills its server by process id, however the test ended.
    static func with(
        subfolder: String = "data",
        environment: [String: String] = [:],
        _ test: (EmbeddedFixture) async throws -> Void
    ) async throws {
        let fixture = try EmbeddedFixture(subfolder: subfolder, environment: environment)
        defer {
            for pid in redisServers(mentioning: fixture.folder.path + "/") { kill(pid, SIGKILL) }
            fixture.removeSocketElsewhere()
        }
        try await test(fixture)
    }

    private init(subfolder: String, environment: [String: String]) throws {
        _ = Self.sweepOnce
        folder = try TemporaryFolder()
        path = folder.path + "/" + subfolder
        server = EmbeddedServer(dataDirectory: path, environment: testEnvironment(environment))
    }

    /// A path too long for a socket has left a folder in /tmp.
    private func removeSocketElsewhere() {
        var target = [CChar](repeating: 0, count: 200)
        guard readlink(path + "/redis.sock", &target, target.count - 1) > 0 else { return }
        let socket = String(decoding: target.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        unlink(socket)
        rmdir(String(socket.dropLast("/redis.sock".count)))
    }

    /// Starts the server if need be, sends one command, and returns the reply.
    @discardableResult
    func send(_ command: RedisCommand) async throws -> RESPValue {
        try await EmbeddedRedisTests.send(command, to: server.ensureRunning())
    }

    /// The status, which has to be running.
    func info() async throws -> EmbeddedServerInfo {
        guard case .running(let info) = await server.status() else { throw NotRunning() }
        return info
    }

    /// Kills the server as a crash would and waits until it is gone.
    func crash() async throws {
        let pid = try await info().processID
        kill(pid, SIGKILL)
        try await eventually("the server is gone") { redisServers(mentioning: path).isEmpty }
    }
}

struct NotRunning: Error {}

extension EmbeddedFixture {
    /// These servers outlive whoever started them, so a test process that was killed leaves some. The next one ends
    /// those that work in a folder (named for its process) of a test process that is gone.
    private static let sweepOnce: Void = {
        for pid in redisServers(mentioning: "/tmp/qctl-") {
            let words = contents(of: "/proc/\(pid)/cmdline")?.word(after: "/tmp/qctl-")
            if let owner = words.flatMap({ pid_t($0) }), kill(owner, 0) != 0, errno == ESRCH { kill(pid, SIGKILL) }
        }
    }()
}

extension String {
    /// What stands between a mark and the next hyphen.
    fileprivate func word(after mark: String) -> Substring? {
        firstRange(of: mark).flatMap { self[$0.upperBound...].split(separator: "-").first }
    }
}

func testEnvironment(_ more: [String: String] = [:]) -> EmbeddedEnvironment {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin"
    return EmbeddedEnvironment(["PATH": path].merging(more) { $1 })
}

func send(_ command: RedisCommand, to configuration: RedisConfiguration) async throws -> RESPValue {
    let connection = RedisConnection(configuration)
    defer { connection.close() }
    return try await connection.send(command)
}

/// Waits for something to become true. Fails the test after 10 seconds.
func eventually(_ claim: Comment, _ isTrue: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(10)
    while try await !isTrue() {
        try #require(ContinuousClock.now < end, claim)
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// The redis-server processes whose command line names a path.
func redisServers(mentioning path: String) -> [pid_t] {
    guard let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    var found: [pid_t] = []
    while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        guard let pid = pid_t(name), contents(of: "/proc/\(pid)/comm")?.hasPrefix("redis-server") == true else {
            continue
        }
        if contents(of: "/proc/\(pid)/cmdline")?.contains(path) == true { found.append(pid) }
    }
    return found
}

func contents(of path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 65536)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
}

func write(_ text: String, to path: String, mode: String = "we", permissions: mode_t = 0o600) throws {
    let file = try #require(fopen(path, mode))
    fputs(text, file)
    fclose(file)
    chmod(path, permissions)
}

func permissions(of path: String) -> mode_t {
    var info = stat()
    return lstat(path, &info) == 0 ? info.st_mode & 0o7777 : 0
}

func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

func linkTarget(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
}
