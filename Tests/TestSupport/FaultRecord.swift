import Glibc

/// A line of the file in which marked tests leave what became of them, for the table of `make faults`.
public struct FaultRecord: Equatable, Sendable {
    /// How far a test has come.
    public enum Outcome: String, Sendable {
        /// It is to run. With nothing after it: it was skipped, or the test process died.
        case planned
        /// All it expected came true.
        case passed
        /// Something did not.
        case failed
    }

    /// What it covers.
    public let fault: Fault
    /// How far it came.
    public let outcome: Outcome
    /// Its suite and name.
    public let test: String

    /// Makes a record.
    public init(_ fault: Fault, _ outcome: Outcome, test: String) {
        self.fault = fault
        self.outcome = outcome
        self.test = test
    }

    /// Reads a line; nil if it is none.
    public init?(line: some StringProtocol) {
        let parts = line.split(separator: "\t", maxSplits: 2)
        guard parts.count == 3, let fault = Fault(rawValue: String(parts[0])),
            let outcome = Outcome(rawValue: String(parts[1]))
        else { return nil }
        self.init(fault, outcome, test: String(parts[2]))
    }

    /// Adds the line to the file that `QUEUECTL_FAULT_REPORT` names, in one write; does nothing if it names none.
    public func append() {
        guard let path = getenv("QUEUECTL_FAULT_REPORT") else { return }
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard file >= 0 else { return }
        defer { close(file) }
        let line = "\(fault.rawValue)\t\(outcome.rawValue)\t\(test)\n"
        _ = write(file, line, line.utf8.count)
    }
}
