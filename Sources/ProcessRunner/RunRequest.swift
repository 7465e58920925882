import CSpawn
import Glibc

/// A specification in the form the minder reads: a table of offsets, then the strings they lead to (see CSpawn.h).
struct RunRequest {
    private(set) var header: qc_request
    let block: [UInt8]

    /// - Parameter controlPath: that of the pipe, if the specification asks for one.
    init(_ spec: ProcessSpec, run: UInt32, controlPath: String?) throws(SpawnFailure) {
        let (paths, arguments) = try Self.command(spec)
        var environment = try spec.environment.map { (name, value) throws(SpawnFailure) in
            guard !name.isEmpty && !name.utf8.contains(UInt8(ascii: "=")) else {
                throw SpawnFailure(.arguments, EINVAL, "cannot set the environment variable \(quoted(name))")
            }
            return name + "=" + value
        }
        if let control = spec.control, let controlPath { environment.append(control.variable + "=" + controlPath) }
        let directory = spec.workingDirectory.map { [$0] } ?? []
        let vectors = [paths, arguments, environment]
        for text in directory + vectors.joined() where text.utf8.contains(0) {
            throw SpawnFailure(.arguments, EINVAL, "cannot pass \(quoted(text))", reason: "it contains a NUL byte")
        }
        let slots = 1 + vectors.reduce(0) { $0 + $1.count + 1 }
        block = Self.layOut(slots: slots, directory: directory.first, vectors: vectors)
        header = qc_request(
            kind: QC_RUN.rawValue,
            run: run,
            flags: 0,
            slots: UInt32(slots),
            block_bytes: UInt64(block.count),
            timeout_ns: spec.timeout?.clampedNanoseconds ?? -1,
            grace_ns: spec.grace.clampedNanoseconds,
            limits: qc_limits(spec.limits),
            identity: qc_identity(spec.identity)
        )
    }

    /// Sends the request with the ends of the pipes and the file to read as standard input, or -1.
    /// Returns 0 or a negated errno.
    mutating func send(
        to minder: Int32,
        standardOutput: Int32,
        standardError: Int32,
        standardInput: Int32
    ) -> Int32 {
        header.flags = 0
        var descriptors = [standardOutput, standardError]
        if standardInput >= 0 {
            header.flags |= QC_HAS_STDIN.rawValue
            descriptors.append(standardInput)
        }
        guard MemoryLayout<qc_request>.size + block.count > QC_MESSAGE_BYTES else {
            return qc_minder_run(minder, &header, block, descriptors, Int32(descriptors.count))
        }
        guard let file = OwnedDescriptor(memoryFile: block) else { return -errno }
        header.flags |= QC_HAS_BLOCK.rawValue
        descriptors.append(file.number)
        return qc_minder_run(minder, &header, nil, descriptors, Int32(descriptors.count))
    }

    /// The paths to try, and the arguments.
    private static func command(_ spec: ProcessSpec) throws(SpawnFailure) -> (paths: [String], arguments: [String]) {
        switch spec.program {
        case .shell(let command):
            return (["/bin/sh"], ["sh", "-c", command])
        case .argv(let arguments):
            guard let name = arguments.first, !name.isEmpty else {
                throw SpawnFailure(.arguments, ENOENT, "cannot start a program without a name")
            }
            if name.utf8.contains(UInt8(ascii: "/")) { return ([name], arguments) }
            let path = spec.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
            let folders = path.split(separator: ":", omittingEmptySubsequences: false)
            // An empty entry means the working directory, by POSIX.
            return (folders.map { $0.isEmpty ? "./" + name : $0 + "/" + name }, arguments)
        }
    }

    private static func layOut(slots: Int, directory: String?, vectors: [[String]]) -> [UInt8] {
        let table = slots * MemoryLayout<UInt64>.size
        let strings = vectors.joined().reduce((directory?.utf8.count ?? -1) + 1) { $0 + $1.utf8.count + 1 }
        return [UInt8](unsafeUninitializedCapacity: table + strings) { buffer, count in
            let memory = UnsafeMutableRawBufferPointer(buffer)
            var slot = 0
            var end = table
            func put(_ text: String?) {
                memory.storeBytes(of: text == nil ? 0 : UInt64(end), toByteOffset: slot * 8, as: UInt64.self)
                slot += 1
                guard var text else { return }
                text.withUTF8 { bytes in
                    UnsafeMutableRawBufferPointer(rebasing: memory[end...]).copyMemory(
                        from: UnsafeRawBufferPointer(bytes)
                    )
                    memory[end + bytes.count] = 0
                    end += bytes.count + 1
                }
            }
            put(directory)
            for vector in vectors {
                for text in vector { put(text) }
                put(nil)
            }
            count = end
        }
    }
}

extension Duration {
    /// Whole nanoseconds, at least 0, and at most what an `Int64` holds (292 years).
    var clampedNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0 else { return 0 }
        guard seconds < Int64.max / 1_000_000_000 else { return .max }
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
