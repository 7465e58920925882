import Foundation
import TestSupport

/// Programs that change something about the machine, and end at once.
enum Tool {
    /// Runs one and waits for its end. Throws what it said if it fails.
    static func run(_ words: String...) throws {
        let folder = try TemporaryFolder()
        let output = "\(folder.path)/output"
        let process = try ChildProcess(words, output: output)
        while process.isRunning { usleep(1000) }
        guard process.exitCode == 0 else {
            let said = readLines(output).joined(separator: "; ")
            throw Unexpected("\(words.joined(separator: " ")): \(said)")
        }
    }
}

/// Makes an empty file, for jobs that wait for it.
package func makeFile(_ path: String) throws {
    try Data().write(to: URL(filePath: path))
}

/// Tries something again and again until it succeeds. Throws the last error if it does not within `limit`.
package func patiently<Value>(
    _ what: String,
    within limit: Duration,
    _ body: () async throws -> Value
) async throws -> Value {
    let deadline = ContinuousClock.now.advanced(by: limit)
    while true {
        do {
            return try await body()
        } catch {
            guard ContinuousClock.now < deadline else {
                throw Unexpected("waited \(limit) in vain until \(what): \(error)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
