extension RedisCommand {
    /// The slot that a command belongs to, by its first key; nil if any node will do.
    ///
    /// A node that is asked for a key of another says so, and is believed. What matters is that commands which no node
    /// would pass on are known here: `SCAN` through the keys of one hash tag, and those that have no key.
    var slot: Int? {
        let name = name.uppercased()
        if Self.keyless.contains(name) { return nil }
        return keyOrPattern(name).map(HashSlot.of)
    }

    /// Whether what it does depends on the commands around it, which then have to go to the same node.
    var opensTransaction: Bool { ["MULTI", "WATCH"].contains(name.uppercased()) }

    private func keyOrPattern(_ name: String) -> ArraySlice<UInt8>? {
        switch name {
        case "EVAL", "EVALSHA", "EVAL_RO", "EVALSHA_RO", "FCALL", "FCALL_RO", "BLMPOP", "BZMPOP":
            return key(behindCountAt: 2)
        case "LMPOP", "ZMPOP", "ZUNION", "ZINTER", "ZDIFF", "SINTERCARD", "ZINTERCARD", "LCS":
            return key(behindCountAt: 1)
        case "XREAD", "XREADGROUP":
            return word(behind: "STREAMS")
        case "SCAN":
            return word(behind: "MATCH")
        case "OBJECT", "MEMORY", "XINFO", "XGROUP":
            return word(at: 2)
        default:
            return word(at: 1)
        }
    }

    private func key(behindCountAt place: Int) -> ArraySlice<UInt8>? {
        guard let count = word(at: place), !count.elementsEqual("0".utf8) else { return nil }
        return word(at: place + 1)
    }

    private func word(behind marker: String) -> ArraySlice<UInt8>? {
        var place = 1
        while let word = word(at: place) {
            place += 1
            if String(decoding: word, as: UTF8.self).uppercased() == marker { return self.word(at: place) }
        }
        return nil
    }

    private static let keyless: Set<String> = [
        "ACL", "ASKING", "AUTH", "BGREWRITEAOF", "BGSAVE", "CLIENT", "CLUSTER", "COMMAND", "CONFIG", "DBSIZE", "DEBUG",
        "DISCARD", "ECHO", "EXEC", "FLUSHALL", "FLUSHDB", "FUNCTION", "HELLO", "INFO", "KEYS", "LASTSAVE", "LATENCY",
        "MIGRATE", "MODULE", "MONITOR", "MULTI", "PING", "PSUBSCRIBE", "PUBLISH", "PUBSUB", "PUNSUBSCRIBE", "QUIT",
        "RANDOMKEY",
        "READONLY", "READWRITE", "REPLICAOF", "ROLE", "SAVE", "SCRIPT", "SELECT", "SHUTDOWN", "SLAVEOF", "SLOWLOG",
        "SUBSCRIBE", "SWAPDB", "TIME", "UNSUBSCRIBE", "UNWATCH", "WAIT",
    ]
}
