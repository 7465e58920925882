import CSpawn
import Glibc

/// The descriptors of a run that is being started: two pipes, and the file to read as standard input.
///
/// Closes what it holds when it goes out of scope: all of it, or all but the reading ends if those were handed over.
struct RunDescriptors: ~Copyable {
    typealias Pipe = (reader: Int32, writer: Int32)

    private(set) var output: Pipe = (-1, -1)
    private(set) var error: Pipe = (-1, -1)
    /// -1 if there is none.
    private(set) var input: Int32 = -1
    var readersAreHandedOver = false

    init(standardInput: [UInt8]?) throws(SpawnFailure) {
        // Self is complete from the start, so that a failure further on closes what there is.
        if let standardInput {
            input = standardInput.withUnsafeBytes { qc_memory_file($0.baseAddress, $0.count) }
            guard input >= 0 else {
                throw SpawnFailure(.standardInput, errno, "cannot hold the standard input in memory")
            }
        }
        output = try Self.makePipe()
        error = try Self.makePipe()
    }

    deinit {
        let readers = readersAreHandedOver ? [] : [output.reader, error.reader]
        for descriptor in readers + [output.writer, error.writer, input] where descriptor >= 0 { close(descriptor) }
    }

    private static func makePipe() throws(SpawnFailure) -> Pipe {
        var pipe: Pipe = (-1, -1)
        let result = qc_pipe(&pipe.reader, &pipe.writer)
        guard result == 0 else { throw SpawnFailure(.descriptors, -result, "cannot make a pipe") }
        return pipe
    }
}
