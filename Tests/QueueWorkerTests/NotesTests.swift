import QueueKit
import Testing

@testable import QueueWorker

/// What a run's notes change in how it is settled.
@Suite struct NotesTests {
    private func settled(
        _ outcome: Settlement.Outcome,
        _ change: (inout RunNotes) -> Void
    ) throws -> Settlement {
        let token = JobToken(worker: WorkerID(host: "a", pid: 1, random: "x"), request: 1)
        var settlement = Settlement(id: try JobID("a"), token: token, outcome: outcome)
        settlement.reason = outcome == .completed ? nil : "exit"
        settlement.error = outcome == .completed ? nil : "exited with code 3"
        var notes = RunNotes()
        change(&notes)
        settlement.add(notes)
        return settlement
    }

    private static let outcomes: [Settlement.Outcome] = [
        .completed, .retry(after: .seconds(2)), .snoozed(for: .seconds(2)), .dead, .released, .cancelled,
    ]

    @Test(arguments: outcomes)
    func withoutNotesNothingChanges(outcome: Settlement.Outcome) throws {
        let settlement = try settled(outcome) { _ in }
        #expect(settlement.outcome == outcome && settlement.reason == (outcome == .completed ? nil : "exit"))
        #expect(settlement.result == nil && settlement.progress == nil && settlement.progressText == nil)
    }

    @Test(arguments: outcomes)
    func resultAndProgressAreKeptHoweverTheRunEnded(outcome: Settlement.Outcome) throws {
        let settlement = try settled(outcome) {
            $0.result = "[1]"
            $0.progress = 80
        }
        #expect(settlement.outcome == outcome && settlement.result == "[1]" && settlement.progress == 80)
        #expect(settlement.progressText == "", "an earlier text does not stay beside a later number")
    }

    @Test(arguments: outcomes)
    func fatalWinsOverAllButACancel(outcome: Settlement.Outcome) throws {
        let settlement = try settled(outcome) {
            $0.fatal = "no such user"
            $0.retryAfter = .seconds(60)
        }
        let isCancelled = outcome == .cancelled
        #expect(settlement.outcome == (isCancelled ? .cancelled : .dead))
        #expect(settlement.reason == (isCancelled ? "exit" : "fatal"))
        #expect(settlement.error == (isCancelled ? "exited with code 3" : "no such user"))
    }

    @Test func fatalWithoutAWordKeepsTheErrorThereIs() throws {
        #expect(try settled(.dead) { $0.fatal = "" }.error == "exited with code 3")
        #expect(try settled(.completed) { $0.fatal = "" }.error == "the job said that it cannot succeed")
        let both = try settled(.completed) {
            $0.fatal = ""
            $0.error = "the file is empty"
        }
        #expect(both.error == "the file is empty")
    }

    @Test func anErrorTextIsForRunsThatFail() throws {
        for outcome in Self.outcomes {
            let error = try settled(outcome) { $0.error = "the disk is full" }.error
            switch outcome {
            case .retry, .dead: #expect(error == "the disk is full")
            case .completed: #expect(error == nil)
            case .snoozed, .released, .cancelled: #expect(error == "exited with code 3")
            }
        }
    }

    @Test func aWaitIsForTheRetryOnly() throws {
        for outcome in Self.outcomes {
            let changed = try settled(outcome) { $0.retryAfter = .seconds(300) }.outcome
            if case .retry = outcome {
                #expect(changed == .retry(after: .seconds(300)))
            } else {
                #expect(changed == outcome)
            }
        }
    }
}
