import Glibc
import ProcessRunner
import Synchronization

/// A word that no other process on this machine has in its arguments or environment.
func uniqueMark() -> String { "mark\(getpid())x\(UInt64.random(in: .min ... .max))" }

extension ProcessRunner {
    func run(_ spec: ProcessSpec) async -> ProcessResult { await start(spec).result() }

    func shell(_ command: String) async -> ProcessResult { await run(.shell(command)) }
}

extension ProcessSpec {
    static let path = ["PATH": "/usr/local/bin:/usr/bin:/bin"]

    static func shell(_ command: String, timeout: Duration? = nil, grace: Duration = .seconds(10)) -> ProcessSpec {
        ProcessSpec(program: .shell(command), environment: path, timeout: timeout, grace: grace)
    }

    static func argv(_ arguments: String...) -> ProcessSpec {
        ProcessSpec(program: .argv(arguments), environment: path)
    }
}

extension CapturedOutput.Stream {
    var text: String { String(decoding: bytes, as: UTF8.self) }
    var lines: [String] { text.split(separator: "\n").map(String.init) }
}
