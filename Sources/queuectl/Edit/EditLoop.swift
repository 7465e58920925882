import Glibc
import QueueKit

/// Has somebody edit a text until it is taken, or given up.
struct EditLoop {
    let editor: DocumentEditor
    let console: Console

    /// Opens the text in the editor and passes on what becomes of it; nil if it was left as it was. What is refused as a document
    /// can be edited again on a terminal. Otherwise the text is kept, and the failure says where.
    func run(_ original: [UInt8], named name: String, taking take: (EditedText?) async throws -> Void) async throws {
        let file = try EditorFile(original, named: name)
        var isKept = false
        defer { if !isKept { file.remove() } }
        while true {
            try editor.open(file.path)
            let text = try EditedText(path: file.path)
            if text.bytes == original { return try await take(nil) }
            if text.isBlank { throw Failure(.needsConfirmation, "The document was emptied: nothing was changed") }
            do {
                return try await take(text)
            } catch {
                var failure = Failure(error)
                if failure.kind == .invalidDocument, asksAgain(about: failure) { continue }
                isKept = true
                failure.message += failure.message.hasSuffix("?") ? " " : ". "
                failure.message += "Nothing was changed; the text is kept in \(file.path)"
                throw failure
            }
        }
    }

    private func asksAgain(about failure: Failure) -> Bool {
        guard isatty(0) == 1, console.err.isTerminal else { return false }
        console.report(failure)
        console.ask("Edit it again? [Y/n] ")
        return ["", "y", "yes"].contains(readLine()?.lowercased() ?? "no")
    }
}
