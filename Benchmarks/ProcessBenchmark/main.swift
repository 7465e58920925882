// How many commands a second ProcessRunner runs, everything captured.
//
//     process-benchmark <at once> <how many> <command for sh -c>
//
// Compare with the floor, C that does nothing but posix_spawn and wait, in the same minute.

import Glibc
import ProcessRunner

let arguments = CommandLine.arguments
guard arguments.count == 4, let width = Int(arguments[1]), let count = Int(arguments[2]), width > 0 else {
    print("usage: process-benchmark <at once> <how many> <command>")
    exit(64)
}
let spec = ProcessSpec(
    program: .shell(arguments[3]),
    environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "QUEUECTL_JOB_ID": "benchmark"]
)

let runner = try ProcessRunner()
let clock = ContinuousClock()
let elapsed = await clock.measure {
    await withTaskGroup(of: Void.self) { group in
        for lane in 0..<width {
            group.addTask {
                for _ in stride(from: lane, to: count, by: width) {
                    let result = await runner.start(spec).result()
                    if !result.isSuccess { print("failed: \(result.ending)") }
                }
            }
        }
    }
}

var usage = rusage()
getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
let own =
    Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) + 1e6
    * Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
print(
    "\(Int(Double(count) / seconds)) runs/s, \(Int(own / Double(count))) us of worker CPU each, peak RSS \(usage.ru_maxrss) KiB"
)
