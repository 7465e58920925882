import QueueKit

/// One run of a job: from the claim to the settled outcome.
struct JobRun: Sendable {
    let executor: any JobExecutor
    let exchange: Exchange
    let progress: ProgressReporter
    let queue: JobQueue
    let signatures: SignaturePolicy
    let logs: LogGate
    let shared: SharedState

    func perform(_ claimed: ClaimedJob, slot: Int) async {
        let log = RunLog(of: claimed, in: queue, gate: logs, shared: shared)
        let result = await run(claimed, slot: slot, log)
        shared.held.ended(claimed)
        if case .exhausted = result.ending {
            // The machine is out of processes or descriptors: to take the next job at once would be no help.
            await rest()
        }
        // Before its output is sent, unless others wait with theirs: jobs must not come faster than what they print goes.
        let isNeeded = log.isNeeded(for: result.output)
        let isCrowded = isNeeded && logs.isCrowded
        if !isCrowded { shared.slots.giveBack([slot]) }
        if isNeeded { await log.finish(result.output) }
        if isCrowded { shared.slots.giveBack([slot]) }
        var settlement = Verdict.settlement(of: claimed, after: result, jitter: .random(in: 0...1))
        settlement.add(result.notes)
        settlement.error = settlement.error.map(shared.configuration.redact.redacted)
        switch await exchange.settle(settlement) {
        case .settled(let state): shared.report(.finished(claimed.job, settlement, state, result.duration))
        case .stale: shared.report(.stale(claimed.job))
        case nil: shared.report(.unsettled(claimed.job))
        }
        shared.held.remove(claimed)
        shared.runHasEnded()
    }

    private func run(_ claimed: ClaimedJob, slot: Int, _ log: RunLog) async -> RunResult {
        guard claimed.job.corrupt == nil else { return RunResult(ending: .notStarted("damaged")) }
        if let reason = shared.held.obstacle(to: claimed) {
            return RunResult(ending: .notStarted("too late"), stopReason: reason)
        }
        let reports = RunReports(of: claimed, progress: progress, shared: shared)
        let context = RunContext(
            worker: shared.id,
            slot: slot,
            configuration: shared.configuration,
            onOutput: log.outputArrived,
            reports: reports,
            obstacle: { shared.held.obstacle(to: claimed) }
        )
        let run: any RunningJob =
            if let refusal = signatures.refusal(of: claimed, in: queue.keys) {
                NoRun(refusal, of: claimed.job, worker: shared.id)
            } else {
                await executor.start(claimed, context: context)
            }
        log.began(run)
        shared.held.began(claimed, run)
        // What is refused has not been started: what it would have run stands nowhere as if it had.
        if !(run is NoRun) { shared.report(.started(claimed.job.redacted(by: shared.configuration.redact))) }
        FaultPoint.afterSpawn.reached()
        var result = await run.result()
        result.notes = reports.close()
        return result
    }

    private func rest() async {
        do {
            try await Task.sleep(for: .seconds(1))
        } catch {
            // Cancelled: no reason to wait any more.
        }
    }
}
