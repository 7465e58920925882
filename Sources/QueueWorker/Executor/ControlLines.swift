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

    /// What is wrong with a line, which is told with some of it.
    private static func problem(in line: [UInt8]) -> String {
        do throws(DocumentError) {
            _ = try RunNote(line: line)
            return "a line makes no sense"
        } catch {
            return error.description
        }
    }

    private func take(_ line: LineSplitter.Line) {
        switch line {
        case .tooLong(let bytes): reports.refuse("a line has \(bytes) bytes; give at most \(RunNote.lineBytes)")
        case .text(let text) where text.allSatisfy { $0 == UInt8(ascii: " ") }: break
        case .text(let text):
            do throws(DocumentError) {
                // As it came: hidden in its text, a number would leave no JSON behind.
                let note = try RunNote(line: text)
                reports.add(secrets?.hidden(in: note) ?? note)
            } catch {
                reports.refuse(secrets.map { Self.problem(in: $0.hidden(in: text)) } ?? error.description)
            }
        }
    }
}
