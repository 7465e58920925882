import Glibc
import QueueKit
import RedisClient

/// The editor of whoever calls: `$VISUAL`, `$EDITOR`, or vi on a terminal. A shell reads its name, so that it may have
/// arguments.
struct DocumentEditor {
    private let command: String

    /// Nil where nobody could use one: no variable names an editor, and there is no terminal.
    init?(isTerminal: Bool) {
        let named = Environment.value("VISUAL") ?? Environment.value("EDITOR")
        guard let command = named ?? (isTerminal ? "vi" : nil) else { return nil }
        self.command = command
    }

    /// Opens a file and waits until the editor ends.
    func open(_ path: String) throws(Failure) {
        let quoted = "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
        // system() leaves Ctrl-C to the editor for as long as it runs.
        let status = system("\(command) \(quoted)")
        guard status != 0 else { return }
        let shown = TerminalText.quotedForMessage(command)
        let ending = status & 0x7f
        guard status > 0, ending == 0 else {
            let why = status < 0 ? systemMessage(errno) : "signal \(ending) ended it"
            throw Failure(.failed, "Cannot edit with \(shown): \(why)")
        }
        throw Failure(.failed, "Cannot edit with \(shown): it ended with code \((status >> 8) & 0xff)")
    }
}

/// A file of one's own to edit in: nobody else may read it, since documents can hold secrets.
struct EditorFile {
    let path: String
    private let folder: String

    /// Writes a text to a new file that is named for what is edited.
    init(_ text: [UInt8], named name: String) throws(Failure) {
        let parent = Environment.value("TMPDIR") ?? "/tmp"
        var template = Array("\(parent)/queuectl-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Failure(.failed, "Cannot make a folder to edit in, in \(parent): \(systemMessage(errno))")
        }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        path = "\(folder)/\(name).json"
        guard let file = fopen(path, "wx"), fwrite(text, 1, text.count, file) == text.count, fclose(file) == 0 else {
            throw Failure(.failed, "Cannot write \(path): \(systemMessage(errno))")
        }
    }

    /// Removes what was made. What an editor has left beside it stays, and the folder then too.
    func remove() {
        unlink(path)
        rmdir(folder)
    }
}
