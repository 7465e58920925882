import FleetSupport
import Foundation

/// One line on a terminal, rewritten once a second.
struct SoakProgress: Sendable {
    private let plan: SoakPlan
    private let clock: SoakClock
    private let books: TotalQueue
    private let injector: Injector

    init(_ plan: SoakPlan, _ clock: SoakClock, _ books: TotalQueue, _ injector: Injector) {
        self.plan = plan
        self.clock = clock
        self.books = books
        self.injector = injector
    }

    /// Writes until it is cancelled.
    func run() async {
        while !Task.isCancelled {
            let faults = injector.result.struck.values.reduce(0, +)
            let time = "\(clock.now.components.seconds) of \(plan.length.components.seconds) s"
            let line = "\(time)   \(books.acknowledged.count) jobs enqueued   \(faults) of \(plan.faults.count) faults"
            FileHandle.standardError.write(Data("\r\u{1b}[K\(line)".utf8))
            do {
                try await Task.sleep(for: .seconds(1))
            } catch {
                return
            }
        }
    }

    /// Takes the line away.
    func clear() {
        if isatty(2) == 1 { FileHandle.standardError.write(Data("\r\u{1b}[K".utf8)) }
    }
}
