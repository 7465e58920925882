import ArgumentParser
import EmbeddedRedis
import QueueKit

struct ServerStatus: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show whether the server runs, and where it keeps its data.",
        usage: "queuectl server status",
        discussion: """
            Starts nothing.

            EXAMPLES:
              queuectl server status
            """.filled
    )

    @OptionGroup var options: GlobalOptions

    func run(_ console: Console) async throws {
        let server = try Embedded.server()
        let fields = fields(await server.status(), server.dataDirectory) + [try inUse()]
        if console.isJSON {
            return console.print(.object(fields.map { JSONMember(name: $0.name, value: $0.value) }))
        }
        if console.isQuiet { return }
        let width = fields.reduce(0) { max($0, $1.name.count) }
        for (name, _, text) in fields {
            let label = name.map { $0 == "_" ? " " : String($0) }.joined()
            let padding = String(repeating: " ", count: width - name.count)
            console.print("\(console.styled(label, .dim))\(padding)  \(TerminalText.escape(text))")
        }
    }

    private typealias Field = (name: String, value: JSONValue, text: String)

    /// Whether other commands would use it.
    private func inUse() throws(Failure) -> Field {
        guard case .url(_, let place) = try RedisSource(options) else { return ("in_use", .bool(true), "yes") }
        return ("in_use", .bool(false), "no: \(place) names another Redis")
    }

    private func fields(_ status: EmbeddedServerStatus, _ directory: String) -> [Field] {
        let folder: Field = ("data_directory", .string(directory), directory)
        switch status {
        case .running(let info): return running(info)
        case .unresponsive(let pid):
            let text = pid.map { "is there as process \($0) and does not answer" } ?? "is there and does not answer"
            return [("state", .string("unresponsive"), text), ("pid", .integer(pid.map(Int.init)), ""), folder]
        case .stopped:
            return [("state", .string("stopped"), "stopped; the next command that needs it starts it"), folder]
        case .notInstalled:
            let text = "not installed: there is no redis-server (Debian: apt install redis-server)"
            return [("state", .string("not_installed"), text), folder]
        }
    }

    private func running(_ info: EmbeddedServerInfo) -> [Field] {
        let file = info.appendOnlyFile
        let health =
            !file.isEnabled
            ? "off: what is acknowledged does not reach the disk"
            : !file.lastWriteSucceeded
                ? "the last write failed: see the log"
                : !file.lastRewriteSucceeded ? "the last rewrite failed: it grows, see the log" : "ok"
        return [
            ("state", .string(info.isLoading ? "loading" : "running"), info.isLoading ? "loading its data" : "running"),
            ("pid", .integer(Int(info.processID)), String(info.processID)),
            ("redis_version", .string(info.version), info.version),
            ("uptime", .seconds(info.uptime), RelativeTime.brief(info.uptime)),
            ("used_memory", .integer(info.usedMemory), ByteSizeText.rounded(info.usedMemory)),
            ("connected_clients", .integer(info.connectedClients), String(info.connectedClients)),
            ("socket", .string(info.socket), info.socket),
            ("data_directory", .string(info.dataDirectory), info.dataDirectory),
            ("log", .string(info.log), info.log),
            ("append_only_file", .string(health), "\(health), \(ByteSizeText.rounded(file.size))"),
        ]
    }
}
