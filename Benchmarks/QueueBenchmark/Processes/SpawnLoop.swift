import ArgumentParser
import Glibc

/// The floor of shell jobs: start, wait, again, and nothing else.
struct SpawnLoop: ParsableCommand {
    static let configuration = CommandConfiguration(shouldDisplay: false)

    @Argument var count: Int
    @Argument var words: [String]

    func run() throws {
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        for _ in 0..<count {
            var pid: pid_t = 0
            var status: Int32 = 0
            guard posix_spawn(&pid, words[0], nil, nil, &arguments, environ) == 0, waitpid(pid, &status, 0) == pid
            else { throw ExitCode.failure }
        }
    }
}
