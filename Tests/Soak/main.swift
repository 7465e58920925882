// Real workers under load and random faults, for as long as is asked; then the total-queue check. `make soak`.
//
//     soak [--minutes 10] [--seed N] [--json] [--plan]
//
// The seed is printed first. The same seed and length give the same plan of jobs and faults; --plan shows it and ends.
// Ends with 0 if nothing was lost, nothing ran twice without a reason, and doctor finds nothing.

import Foundation

let options: SoakOptions
do {
    options = try SoakOptions(Array(CommandLine.arguments.dropFirst()))
} catch {
    FileHandle.standardError.write(Data("soak: \(error)\n".utf8))
    exit(64)
}
let plan = SoakPlan(seed: options.seed, length: options.length)
if options.showsPlan {
    for fault in plan.faults {
        let target = if case .worker(let number) = fault.kind.lane(worker: fault.worker) { " \(number)" } else { "" }
        print("\(fault.at / .seconds(1)) s: \(fault.kind.rawValue)\(target), \(fault.length / .seconds(1)) s")
    }
    exit(0)
}
FileHandle.standardError.write(
    Data("seed \(options.seed): \(plan.jobs.count) jobs, \(plan.faults.count) faults in \(options.length)\n".utf8)
)
do {
    let soak = Soak(plan: plan, seed: options.seed, showsProgress: isatty(2) == 1)
    let report = try await soak.run()
    print(options.asJSON ? try report.json : report.text)
    exit(report.isGood ? 0 : 1)
} catch {
    FileHandle.standardError.write(Data("soak: \(error)\n".utf8))
    exit(1)
}
