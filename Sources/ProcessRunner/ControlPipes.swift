import CSpawn
import Glibc

/// The pipes by which runs talk to whoever started them (``ProcessSpec/Control``), kept for the runs to come.
///
/// A pipe is one descriptor of this process, and its path `/proc/<pid>/fd/<n>` can be opened by every process of the run: nothing
/// is inherited, and nothing is left in the file system when the worker is killed. The number stays taken for as long as
/// anything of the run may exist, so that whoever comes late writes to nobody, and never to what has the number next.
struct ControlPipes {
    /// Unused ones beyond these are closed.
    private static let idleLimit = 64
    /// How many are kept from being used again, because somebody could still write there: the guardian is killing what a
    /// lost minder left behind, which takes milliseconds.
    private static let retiredLimit = 16

    /// Where the paths are. Asked for once: it is a system call.
    private let folder = "/proc/\(getpid())/fd/"
    /// Which run each one belongs to, or belonged to last.
    private var runs: [Int32: UInt32] = [:]
    private var idle: [Int32] = []
    private var retired: [Int32] = []

    /// Takes a pipe for a run, with the path that a job opens for writing. It is empty, and nobody else has it.
    mutating func take(for run: UInt32, _ poller: Poller) throws(SpawnFailure) -> (pipe: Int32, path: String) {
        let pipe = if let free = idle.popLast() { free } else { try Self.open(poller) }
        runs[pipe] = run
        return (pipe, folder + String(pipe))
    }

    /// Reads once. Returns the number of bytes, and the run that the pipe was taken for; nil if there is nothing, or if the
    /// descriptor is no pipe of ours any more.
    func read(_ pipe: Int32, into buffer: UnsafeMutableRawBufferPointer) -> (count: Int, run: UInt32)? {
        guard let run = runs[pipe] else { return nil }
        let count = Glibc.read(pipe, buffer.baseAddress, buffer.count)
        return count > 0 ? (count, run) : nil
    }

    /// Takes a pipe back of whose run nothing is left, emptied.
    mutating func release(_ pipe: Int32) {
        if idle.count < Self.idleLimit { idle.append(pipe) } else { forget(pipe) }
    }

    /// Takes a pipe back to which something of its run might still write.
    mutating func retire(_ pipe: Int32) {
        retired.append(pipe)
        if retired.count > Self.retiredLimit { forget(retired.removeFirst()) }
    }

    mutating func closeAll() {
        for pipe in Array(runs.keys) { forget(pipe) }
        idle = []
        retired = []
    }

    private mutating func forget(_ pipe: Int32) {
        runs[pipe] = nil
        close(pipe)
    }

    /// Makes a pipe that is open for reading and writing in one descriptor: so there is always a writer, and no end of file.
    private static func open(_ poller: Poller) throws(SpawnFailure) -> Int32 {
        var reader: Int32 = -1
        var writer: Int32 = -1
        let result = qc_pipe(&reader, &writer)
        guard result == 0 else { throw SpawnFailure(.descriptors, -result, "cannot make a pipe") }
        let pipe = Glibc.open("/proc/self/fd/\(reader)", O_RDWR | O_NONBLOCK | O_CLOEXEC)
        let problem = errno
        close(reader)
        close(writer)
        guard pipe >= 0 else { throw SpawnFailure(.descriptors, problem, "cannot open a pipe") }
        do throws(SpawnFailure) {
            try poller.add(pipe, .control(pipe))
        } catch {
            close(pipe)
            throw error
        }
        return pipe
    }
}
