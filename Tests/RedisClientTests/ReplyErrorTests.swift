import RedisClient
import Testing

@Suite struct ReplyErrorTests {
    typealias Row = (line: String, kind: RedisReplyError.Kind, advice: RedisReplyError.Advice)

    static let rows: [Row] = [
        ("LOADING Redis is loading the dataset in memory", .loading, .backOff),
        ("MASTERDOWN Link with MASTER is down", .masterDown, .reconnect),
        ("READONLY You can't write against a read only replica.", .readOnly, .reconnect),
        ("NOREPLICAS Not enough good replicas to write.", .noReplicas, .backOff),
        ("CLUSTERDOWN The cluster is down", .clusterDown, .backOff),
        ("TRYAGAIN Multiple keys request during rehashing of slot", .tryAgain, .retryOnSameConnection),
        ("ERR Script attempted to access a non local key in a cluster node", .tryAgain, .retryOnSameConnection),
        ("MISCONF Redis is configured to save RDB snapshots", .misconf, .backOff),
        ("BUSY Redis is busy running a script.", .busy, .backOff),
        ("OOM command not allowed when used memory > 'maxmemory'.", .outOfMemory, .backOff),
        ("NOAUTH Authentication required.", .noAuth, .configuration),
        ("WRONGPASS invalid username-password pair", .wrongPass, .configuration),
        ("NOPERM this user has no permissions", .noPermission, .configuration),
        ("NOSCRIPT No matching script.", .noScript, .retryOnSameConnection),
        ("UNBLOCKED force unblock from blocking operation", .unblocked, .reconnect),
        ("MOVED 3999 127.0.0.1:6381", .moved, .backOff),
        ("ASK 3999 127.0.0.1:6381", .ask, .backOff),
        ("CROSSSLOT Keys in request don't hash to the same slot", .crossSlot, .configuration),
        ("ERR max number of clients reached", .maxClients, .backOff),
        ("ERR AUTH <password> called without any password configured", .passwordNotConfigured, .configuration),
        ("WRONGTYPE Operation against a key", .wrongType, .none),
        ("ERR unknown command 'FOO'", .other, .none),
        ("BUSYGROUP Consumer Group name already exists", .other, .none),
        ("LOADINGX", .other, .none),
        ("", .other, .none),
    ]

    @Test(arguments: rows)
    func anErrorLineIsClassified(_ row: Row) {
        let error = RedisReplyError(message: row.line)
        #expect(error.kind == row.kind)
        #expect(error.advice == row.advice)
        #expect(error.message == row.line)
    }

    @Test func anErrorIsOneLine() {
        #expect(RedisReplyError(message: "ERR a\r\nb\u{1B}[31m").message == "ERR a  b [31m")
    }
}
