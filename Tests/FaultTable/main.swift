// What `make faults` ends with: which faults were met, by how many tests, and whether all of them passed.
//
//     fault-table FILE     reads the lines that marked tests have left; ends with 1 unless every fault is covered

import Foundation
import TestSupport

guard CommandLine.arguments.count == 2 else {
    FileHandle.standardError.write(Data("usage: fault-table FILE\n".utf8))
    exit(64)
}
let text = (try? String(contentsOfFile: CommandLine.arguments[1], encoding: .utf8)) ?? ""
let table = FaultTable(text.split(separator: "\n").compactMap { FaultRecord(line: $0) })
print(table.text)
exit(table.isGood ? 0 : 1)
