// A worker for tests to kill, to starve, or to measure: starts every argument as a shell command and says so. Then runs each line
// of its standard input, one after the other, and shuts down, or waits for the runs with `--wait` as first argument. Tells its
// peak memory in bytes and how each run ended. `--limit-files`, `--limit-memory` and `--limit-cpu` ask for limits that are too
// high for a worker of little means.

import Glibc
import ProcessRunner

var commands = Array(CommandLine.arguments.dropFirst())
var waits = false
var limits = ProcessLimits()
while let option = commands.first, option.hasPrefix("--") {
    switch option {
    case "--wait": waits = true
    case "--limit-files": limits.openFiles = 1000
    case "--limit-memory": limits.memoryBytes = 5_000_000_000
    case "--limit-cpu": limits.cpuSeconds = 1000
    default: fatalError("unknown option \(option)")
    }
    commands.removeFirst()
}

@MainActor func start(_ command: String) -> RunningProcess {
    var spec = ProcessSpec(program: .shell(command), environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"])
    spec.limits = limits
    return runner.start(spec)
}

func tell(_ result: ProcessResult) {
    if case .notStarted(let failure) = result.ending {
        print(failure.isExhaustion ? "exhausted" : "failed", failure.step, failure.message)
        return
    }
    let (output, error) = (result.output.standardOutput, result.output.standardError)
    print(result.ending, output.totalBytes, error.totalBytes, terminator: "")
    print(result.isOutOfMemory ? " out of memory" : "")
}

let runner = try ProcessRunner()
let runs = commands.map { start($0) }
let deadline = ContinuousClock.now + .seconds(1)
while runs.contains(where: { $0.pid == nil }) && ContinuousClock.now < deadline { usleep(1000) }
print("running")
fflush(nil)

if waits {
    for run in runs { _ = await run.result() }
} else {
    while let line = readLine() { tell(await start(line).result()) }
}
runner.shutdown()

var usage = rusage()
getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
print("peak", usage.ru_maxrss * 1024)
for run in runs { tell(await run.result()) }
