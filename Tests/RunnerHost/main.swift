// A worker for tests to kill, to starve, or to measure: starts every argument as a shell command and says so. Waits for the end of
// its standard input and shuts down, or with `--wait` as first argument for the runs. Then tells its peak memory in bytes and how
// each run ended.

import Glibc
import ProcessRunner

var commands = Array(CommandLine.arguments.dropFirst())
let waits = commands.first == "--wait"
if waits { commands.removeFirst() }

let runner = try ProcessRunner()
let runs = commands.map {
    runner.start(ProcessSpec(program: .shell($0), environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"]))
}
let deadline = ContinuousClock.now + .seconds(1)
while runs.contains(where: { $0.pid == nil }) && ContinuousClock.now < deadline { usleep(1000) }
print("running")
fflush(nil)

if waits { for run in runs { _ = await run.result() } } else { while readLine() != nil {} }
runner.shutdown()

var usage = rusage()
getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
print("peak", usage.ru_maxrss * 1024)
for run in runs {
    let result = await run.result()
    if case .notStarted(let failure) = result.ending {
        print(failure.isExhaustion ? "exhausted" : "failed", failure.step, failure.message)
    } else {
        print(result.ending, result.output.standardOutput.totalBytes, result.output.standardError.totalBytes)
    }
}
