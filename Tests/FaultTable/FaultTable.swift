import TestSupport

/// Every fault, with what its tests have shown.
struct FaultTable {
    private struct Row {
        let fault: Fault
        var passed = 0
        var failed: [String] = []
        var missed: [String] = []

        var isGood: Bool { passed > 0 && failed.isEmpty && missed.isEmpty }
        var verdict: String {
            if isGood { return "ok" }
            return failed.isEmpty && missed.isEmpty ? "NOT COVERED" : "FAILED"
        }
    }

    private let rows: [Row]

    init(_ records: [FaultRecord]) {
        rows = Fault.allCases.map { fault in
            var row = Row(fault: fault)
            let own = records.filter { $0.fault == fault }
            row.passed = own.count { $0.outcome == .passed }
            row.failed = own.filter { $0.outcome == .failed }.map(\.test)
            // A test with arguments is planned once and runs several times.
            let ran = Set(own.filter { $0.outcome != .planned }.map(\.test))
            row.missed = Set(own.map(\.test)).subtracting(ran).sorted()
            return row
        }
    }

    /// Whether every fault has tests that ran, and all of them passed.
    var isGood: Bool { rows.allSatisfy(\.isGood) }

    var text: String {
        var lines = ["", "verdict      passed  failed  fault"]
        for row in rows {
            let failed = row.failed.count + row.missed.count
            let start = pad(row.verdict, 11) + pad("\(row.passed)", 8, isNumber: true)
            lines.append("\(start)\(pad("\(failed)", 8, isNumber: true))  \(row.fault.rawValue): \(row.fault.summary)")
            lines += row.failed.map { "                             failed: \($0)" }
            lines += row.missed.map { "                             did not run to its end: \($0)" }
        }
        let good = rows.count(where: \.isGood)
        lines.append("\n\(good) of \(rows.count) faults are covered, and all their tests passed")
        return lines.joined(separator: "\n")
    }

    private func pad(_ text: String, _ width: Int, isNumber: Bool = false) -> String {
        let space = String(repeating: " ", count: max(0, width - text.count))
        return isNumber ? space + text : text + space
    }
}
