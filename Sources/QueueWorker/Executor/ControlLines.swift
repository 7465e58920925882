import QueueKit
import Synchronization

/// What a job's processes write to their control pipe, cut into lines and read as notes.
///
/// Memory is bounded by the longest line that can be a note.
final class ControlLines: Sendable {
    private let reports: RunReports
    private let secrets: SecretValues?
    private let splitter = Mutex(LineSplitter(limit: RunNote.lineBytes))

    /// - Parameter secrets: What is hidden in all that is told.
    init(_ reports: RunReports, hiding secrets: SecretValues? = nil) {
        self.reports = reports
        self.secrets = secrets
    }

    /// Takes the next bytes.
    func add(_ bytes: UnsafeRawBufferPointer) {
        splitter.withLock { splitter in
            splitter.add(Array(bytes)[...]) { take($0) }
        }
    }

    /// The run is over: what has no end of line counts too.
    func end() {
        splitter.withLock { splitter in
            splitter.end { take($0) }
        }
    }

    private func take(_ line: LineSplitter.Line) {
        switch line {
        case .tooLong(let bytes): reports.refuse("a line has \(bytes) bytes; give at most \(RunNote.lineBytes)")
        case .text(let text) where text.allSatisfy { $0 == UInt8(ascii: " ") }: break
        case .text(let text):
            do throws(DocumentError) {
                // Also in the text as it came: what is wrong with it is told with some of it.
                let note = try RunNote(line: secrets?.hidden(in: text) ?? text)
                reports.add(secrets?.hidden(in: note) ?? note)
            } catch {
                reports.refuse(error.description)
            }
        }
    }
}
