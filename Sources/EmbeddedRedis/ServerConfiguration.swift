import Glibc
import RedisClient

/// The configuration file of an embedded server, written anew at each start.
struct ServerConfiguration {
    let directory: DataDirectory
    /// The path of the socket.
    let socket: String

    /// The directives. The server starts in the data folder, so that plain names mean files in it.
    var text: String {
        """
        # Written by queuectl each time it starts this server: changes are lost.
        # To run Redis with settings of your own, start one yourself and give queuectl its address (--redis URL).
        port 0
        unixsocket \(socket == directory.socket ? "redis.sock" : Self.quoted(socket))
        unixsocketperm 700
        daemonize yes
        supervised no
        pidfile redis.pid
        logfile redis.log
        always-show-logo no
        proc-title-template "{title} {config-file}"

        # What was acknowledged survives a crash of the server, and all but the last second a crash of the machine.
        # A tail torn by such a crash is dropped, and the rest loaded.
        appendonly yes
        appendfsync everysec
        aof-load-truncated yes
        save ""
        dbfilename unused.rdb

        # A queue must refuse work when memory is full, never forget some.
        maxmemory-policy noeviction

        # A job's hash stays compact with values (commands, mostly) of up to 1 KiB: 445 bytes instead of 1,254.
        hash-max-listpack-value 1024
        hash-max-listpack-entries 128

        # Blocked clients are looked at every 10 ms: retries and delays start on time.
        hz 100

        enable-debug-command no
        enable-module-command no

        """
    }

    /// Replaces the file as a whole, so that a crash leaves the old one or the new one.
    func write() throws(EmbeddedServerError) {
        let draft = directory.configurationFile + ".new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw directory.unusable(systemMessage(errno)) }
        let bytes = Array(text.utf8)
        let written = Glibc.write(descriptor, bytes, bytes.count)
        let failure = written < 0 ? errno : ENOSPC
        close(descriptor)
        guard written == bytes.count else { throw directory.unusable(systemMessage(failure)) }
        guard rename(draft, directory.configurationFile) == 0 else { throw directory.unusable(systemMessage(errno)) }
    }

    /// A value as redis.conf takes any bytes.
    static func quoted(_ value: String) -> String {
        let escaped = value.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): "\\" + String(UnicodeScalar(byte))
            case 0x20...0x7e: String(UnicodeScalar(byte))
            default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return "\"" + escaped.joined() + "\""
    }
}
