import Glibc
import RedisClient

/// The descriptors of a call: three pipes, or one terminal.
final class CallStreams {
    /// What the program gets as 0, 1 and 2.
    private(set) var theirs: [Int32] = []
    private(set) var out: [UInt8] = []
    private(set) var err: [UInt8] = []
    private var input: Int32
    private var output: Int32
    private var errors: Int32?

    /// TIOCSPTLCK and TIOCGPTN.
    private static let unlock: UInt = 0x4004_5431, getNumber: UInt = 0x8004_5430

    /// Pipes.
    init() throws {
        let (readIn, writeIn) = try Self.pipe()
        let (readOut, writeOut) = try Self.pipe()
        let (readErr, writeErr) = try Self.pipe()
        theirs = [readIn, writeOut, writeErr]
        (input, output, errors) = (writeIn, readOut, readErr)
    }

    /// A terminal, 24 rows high.
    init(terminalOf columns: Int) throws {
        // posix_openpt and its kin are not in the Glibc module; this is what they do.
        let ours = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var number: UInt32 = 0
        var unlocked: Int32 = 0
        guard ours >= 0, ioctl(ours, Self.unlock, &unlocked) == 0, ioctl(ours, Self.getNumber, &number) == 0 else {
            throw CallError(description: "no terminal: \(systemMessage(errno))")
        }
        let slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard slave >= 0 else { throw CallError(description: "no terminal: \(systemMessage(errno))") }
        var size = winsize(ws_row: 24, ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(slave, UInt(TIOCSWINSZ), &size)
        // What is typed is not shown, and lines end as the program ends them.
        var settings = termios()
        tcgetattr(slave, &settings)
        settings.c_lflag &= ~tcflag_t(ECHO)
        settings.c_oflag &= ~tcflag_t(OPOST)
        tcsetattr(slave, TCSANOW, &settings)
        theirs = [slave, slave, slave]
        (input, output, errors) = (ours, ours, nil)
    }

    /// Writes the input and reads everything until the program closes its ends. False if that took too long.
    func pump(_ bytes: [UInt8], until deadline: ContinuousClock.Instant) -> Bool {
        signal(SIGPIPE, SIG_IGN)
        var rest = bytes[...]
        let isTerminal = errors == nil
        var open: Set<Int32> = Set([output, errors].compactMap { $0 })
        if rest.isEmpty, !isTerminal { closeInput() }
        while !open.isEmpty {
            guard ContinuousClock.now < deadline else { return false }
            var waits = open.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            if !rest.isEmpty { waits.append(pollfd(fd: input, events: Int16(POLLOUT), revents: 0)) }
            poll(&waits, nfds_t(waits.count), 100)
            for wait in waits where wait.revents != 0 {
                if wait.events == Int16(POLLOUT) || (isTerminal && !rest.isEmpty) {
                    let count = rest.withUnsafeBytes { write(input, $0.baseAddress, min($0.count, 4096)) }
                    rest = count < 0 ? [] : rest.dropFirst(count)
                    if rest.isEmpty, !isTerminal { closeInput() }
                }
                if wait.events == Int16(POLLIN), !take(from: wait.fd) { open.remove(wait.fd) }
            }
        }
        return true
    }

    /// False at the end.
    private func take(from descriptor: Int32) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        let count = read(descriptor, &buffer, buffer.count)
        // EIO: nobody has the other side of a terminal open any more.
        guard count > 0 else { return count < 0 && errno == EINTR }
        if descriptor == output { out += buffer.prefix(count) } else { err += buffer.prefix(count) }
        return true
    }

    func closeTheirs() {
        for descriptor in Set(theirs) { close(descriptor) }
        theirs = []
    }

    func closeOurs() {
        closeInput()
        if let errors { close(errors) }
        close(output)
    }

    private func closeInput() {
        guard input >= 0 else { return }
        if input != output { close(input) }
        input = -1
    }

    private static func pipe() throws -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { throw CallError(description: "no pipe: \(systemMessage(errno))") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }
}
