import Glibc
import QueueKit
import RedisClient
import Synchronization

/// A file of jobs, one on each line, read and checked a batch at a time.
final class JobFile: Sendable {
    /// What stood on one line.
    struct Entry: Sendable {
        /// Counted from 1.
        let line: Int
        let content: Result<JobDocument, Failure>
    }

    /// Some lines in a row. Empty at the end of the file.
    typealias Batch = [Entry]

    /// How it is called in messages: the path, or `stdin`.
    let name: String
    private let queue: QueueName?
    private let state: Mutex<State>

    private struct State {
        let descriptor: Int32
        var splitter = LineSplitter(limit: JobLimits.documentBytes)
        /// Lines that were cut already.
        var lines: [LineSplitter.Line] = []
        /// How many of these were handed out.
        var taken = 0
        /// The number of the last line that was handed out.
        var number = 0
        var isAtEnd = false
    }

    private static let pieceBytes = 64 * 1024
    /// A batch is one request to Redis.
    private static let batchBytes = 1 << 20

    /// Opens a file; `-` is standard input.
    init(path: String, queue: QueueName?) throws(Failure) {
        let isStdin = path == "-"
        name = isStdin ? "stdin" : TerminalText.escape(path)
        self.queue = queue
        let descriptor = isStdin ? 0 : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(.failed, "Cannot read \(name): \(systemMessage(errno))") }
        state = Mutex(State(descriptor: descriptor))
    }

    deinit {
        state.withLock { if $0.descriptor > 0 { close($0.descriptor) } }
    }

    /// Reads the next batch: what is there without waiting, but at least one line. On a thread of its own, since
    /// reading may block for as long as it takes somebody to type.
    func nextBatch() async throws(Failure) -> Batch {
        let result: Result<Batch, Failure> = await withCheckedContinuation { continuation in
            let work: @Sendable () -> Void = { continuation.resume(returning: self.read()) }
            do {
                // The parser recurses as deep as a document is nested.
                try OwnThread.start(name: "read-jobs", stackBytes: 2 << 20, work)
            } catch {
                work()
            }
        }
        return try result.get()
    }

    private func read() -> Result<Batch, Failure> {
        state.withLock { state in
            Result { () throws(Failure) in
                var batch: Batch = []
                var bytes = 0
                while batch.count < JobQueue.batchLimit, bytes < Self.batchBytes {
                    if state.taken == state.lines.count {
                        guard !state.isAtEnd, batch.isEmpty || Self.hasMore(state.descriptor) else { break }
                        try fill(&state)
                        continue
                    }
                    let line = state.lines[state.taken]
                    state.taken += 1
                    state.number += 1
                    guard let content = check(line, number: state.number) else { continue }
                    batch.append(Entry(line: state.number, content: content))
                    if case .text(let text) = line { bytes += text.count }
                }
                return batch
            }
        }
    }

    private func fill(_ state: inout State) throws(Failure) {
        state.lines = []
        state.taken = 0
        let descriptor = state.descriptor
        var problem: Int32 = 0
        let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceBytes) { buffer, count in
            var got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            while got < 0, errno == EINTR { got = Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
            problem = got < 0 ? errno : 0
            count = max(0, got)
        }
        guard problem == 0 else {
            let place = state.number == 0 ? "" : " behind line \(state.number)"
            throw Failure(.failed, "Cannot read \(name)\(place): \(systemMessage(problem))")
        }
        var lines: [LineSplitter.Line] = []
        if piece.isEmpty {
            state.isAtEnd = true
            state.splitter.end { lines.append($0) }
        } else {
            state.splitter.add(piece[...]) { lines.append($0) }
        }
        state.lines = lines
    }

    /// Checks a line; nil if it is blank.
    private func check(_ line: LineSplitter.Line, number: Int) -> Result<JobDocument, Failure>? {
        let place = "\(name):\(number)"
        switch line {
        case .tooLong(let bytes):
            let message = "\(place): the line has \(bytes) bytes; give at most \(JobLimits.documentBytes) (1 MiB)"
            return .failure(Failure(.invalidDocument, message))
        case .text(let text):
            if text.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) { return nil }
            return Result { () throws(Failure) in try JobDocument.read(text, for: queue, at: place) }
        }
    }

    private static func hasMore(_ descriptor: Int32) -> Bool {
        var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&wait, 1, 0) > 0
    }
}
