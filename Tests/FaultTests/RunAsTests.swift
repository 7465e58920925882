import FleetSupport
import Foundation
import Glibc
import QueueKit
import TestSupport
import Testing

/// Jobs of a worker of root that run as somebody else: they are that user and nothing more, and end like all others.
@Suite(.timeLimit(.minutes(5))) struct RunAsTests {
    /// Groups of the worker, which its jobs are not to have: those of root and of who may read logs.
    private static let groups = ["setpriv", "--groups", "0,4", "--inh-caps", "+chown"]

    private static func withWorker(_ body: (Fleet, WorkerProcess) async throws -> Void) async throws {
        try Needs.root(to: "run jobs as another user")
        try Needs.program("setpriv", package: "util-linux")
        try await withFleet(settings: [.lease: "3s"]) { fleet in
            let file = "\(fleet.folder.path)/policy.yaml"
            try Data("policy: {run_as: nobody}\n".utf8).write(to: URL(filePath: file))
            try await body(fleet, try await fleet.start(count: 4, under: groups, "--tasks", file))
        }
    }

    @Test func theyAreThatUserAndNothingMore() async throws {
        try await Self.withWorker { fleet, _ in
            let script = """
                id -un; id -gn; id -Gn; echo "$USER $LOGNAME $HOME"; echo told >/dev/stderr; echo told >/dev/stdout
                cat /etc/shadow 2>/dev/null && echo shadow; kill -0 $PPID 2>/dev/null && echo kill; cd /root 2>/dev/null && echo root
                echo "$(pwd) $PATH $SHELL $TMPDIR"; grep -E '^(Uid|Gid|CapEff|CapPrm|CapInh|CapAmb)' /proc/self/status | tr '\\t' ' '
                """
            let id = try await fleet.enqueue([script])[0]
            try await fleet.wait(for: 1, .completed, within: .seconds(20))
            #expect(try await fleet.run("logs", id.text, "--stdout") == 0)
            let output = try String(contentsOfFile: "\(fleet.folder.path)/output", encoding: .utf8)
            let user = getpwnam("nobody").pointee
            let none = String(repeating: "0", count: 16)
            let (uid, gid) = (user.pw_uid, user.pw_gid)
            #expect(
                output.split(separator: "\n").map(String.init) == [
                    "nobody", "nogroup", "nogroup", "nobody nobody \(String(cString: user.pw_dir))", "told",
                    "/ /usr/local/bin:/usr/bin:/bin \(String(cString: user.pw_shell)) ",
                    "Uid: \(uid) \(uid) \(uid) \(uid)", "Gid: \(gid) \(gid) \(gid) \(gid)", "CapInh: \(none)",
                    "CapPrm: \(none)",
                    "CapEff: \(none)", "CapAmb: \(none)",
                ]
            )
        }
    }

    @Test func theyGetSecretsThatTheyCannotRead() async throws {
        try Needs.root(to: "run jobs as another user")
        try await withFleet { fleet in
            let f = fleet.folder.path
            try Data("policy: {run_as: nobody}\n".utf8).write(to: URL(filePath: f + "/policy.yaml"))
            try FileManager.default.createDirectory(atPath: f + "/secrets", withIntermediateDirectories: false)
            try Data("hunter2\n".utf8).write(to: URL(filePath: f + "/secrets/password"))
            #expect(chmod(f + "/secrets", 0o700) == 0)
            try await fleet.start(count: 1, "--tasks", f + "/policy.yaml", "--secrets-dir", f + "/secrets")
            let script = """
                test "$(printf %s "$P" | wc -c)" = 7 || exit 1; cat \(f)/secrets/password && exit 2
                tr '\\0' '\\n' </proc/$PPID/environ && exit 3; echo "it is $P"
                """
            let id = try await fleet.enqueue([script]) { $1.envFrom = ["P": .file("password")] }[0]
            try await fleet.wait(for: 1, .completed, within: .seconds(20))
            #expect(try await fleet.run("logs", id.text, "--stdout") == 0)
            #expect(try String(contentsOfFile: f + "/output", encoding: .utf8) == "it is [redacted]\n")
        }
    }

    /// Ignores TERM, and leaves behind what has a session of its own and what belongs to nobody.
    private static let stubborn =
        "trap '' TERM; setsid sleep 1000 & (setsid sh -c 'trap \"\" TERM; sleep 1000 & sleep 1000' &) ; sleep 1000; sleep 1000"

    @Test func nothingOfThemOutlivesTheirTimeout() async throws {
        try await Self.withWorker { fleet, _ in
            try await fleet.enqueue([Self.stubborn]) { _, job in
                job.timeout = .seconds(1)
                job.grace = .milliseconds(200)
                job.maxRetries = 0
            }
            try await waitUntil("they run") { fleet.processes().count { $0.isJob } >= 4 }
            try await fleet.wait(for: 1, .dead, within: .seconds(20))
            try await waitUntil("nothing of it is left") { fleet.processes().allSatisfy { !$0.isJob } }
        }
    }

    @Test func nothingOfThemOutlivesTheirWorker() async throws {
        try await Self.withWorker { fleet, worker in
            try await fleet.enqueue([Self.stubborn])
            try await waitUntil("they run") { fleet.processes().count { $0.isJob } >= 4 }
            worker.process.kill9()
            try await waitUntil("nothing of it is left") { fleet.processes().allSatisfy { !$0.isJob } }
        }
    }
}
