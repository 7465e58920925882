// A worker for tests to kill or to starve: starts every argument as a shell command, says so, waits for the end of its standard input,
// shuts down, and tells how each run ended.

import Glibc
import ProcessRunner

let runner = try ProcessRunner()
let runs = CommandLine.arguments.dropFirst().map {
    runner.start(ProcessSpec(program: .shell($0), environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"]))
}
func hasStarted(_ run: RunningProcess) -> Bool { run.pid != nil }
let deadline = ContinuousClock.now + .seconds(1)
while !runs.allSatisfy(hasStarted) && ContinuousClock.now < deadline { usleep(1000) }
print("running")
fflush(nil)
while readLine() != nil {}
runner.shutdown()
for run in runs {
    let ending = await run.result().ending
    if case .notStarted(let failure) = ending {
        print(failure.isExhaustion ? "exhausted" : "failed", failure.step, failure.message)
    } else {
        print(ending)
    }
}
