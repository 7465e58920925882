import Foundation
import QueueKit
import TestSupport
import Testing

@testable import QueueWorker

/// The example of docs/tasks.md, as it stands there.
@Suite struct TaskExampleTests {
    @Test func theExampleDoesWhatTheTextSays() throws {
        let page = try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs/tasks.md"),
            encoding: .utf8
        )
        let folder = try TemporaryFolder()
        for name in ["images/a.png", "thumbnails", "keys"] {
            let path = "\(folder.path)/srv/\(name)"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        try Data("secret\n".utf8).write(to: URL(filePath: "\(folder.path)/srv/keys/upload"))
        let block = try #require(page.split(separator: "```").first { $0.hasPrefix("yaml\ntasks:") })
        let file = block.dropFirst(4).replacing("/srv/", with: folder.path + "/srv/")
        let call = try #require(page.firstMatch(of: /enqueue --task ([a-z.]+) --args '(.*)'/))
        let job = try JobPolicyTests.job {
            $0.task = String(call.1)
            $0.args = String(call.2)
        }
        let plan = try JobRules(TaskFile(Array(file.utf8)), tasksOnly: true).plan(for: job)
        let srv = folder.path + "/srv"
        #expect(
            plan.program
                == .argv(["convert", "\(srv)/images/a.png", "-resize", "320x", "\(srv)/thumbnails/b.png"])
        )
        #expect(plan.secrets == ["UPLOAD_KEY": "secret"])
        #expect(plan.cwd == srv + "/images" && plan.timeout == .seconds(300))
    }
}
