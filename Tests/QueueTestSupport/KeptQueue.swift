import Foundation
import QueueKit
import RedisClient
import TestSupport

/// A queue as some release has written it: the commands that write all its keys, one a line, in the words of `redis-cli`,
/// `R:` for the prefix of its keys. The first line tells which release and when.
public struct KeptQueue: Sendable, CustomStringConvertible {
    /// What the file is called: `schema-1/0.1.0`.
    public let description: String
    private let writtenAt: Int64
    private let commands: [[[UInt8]]]

    /// Where they are kept.
    public static let folder = URL(filePath: #filePath).appending(path: "../../Fixtures").standardizedFileURL

    /// All that are kept, of all releases.
    public static func all() throws -> [KeptQueue] {
        let folders = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        let files = try folders.filter { $0.lastPathComponent.hasPrefix("schema-") }.flatMap {
            try FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil)
        }
        return try files.filter { $0.pathExtension == "redis" }.sorted { $0.path < $1.path }.map(KeptQueue.init)
    }

    /// Reads a file.
    public init(file: URL) throws {
        let name = file.deletingPathExtension().lastPathComponent
        description = "\(file.deletingLastPathComponent().lastPathComponent)/\(name)"
        var lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        guard let time = lines.removeFirst().split(separator: " ").last.flatMap({ Int64($0) }) else {
            throw NotKept(description: "\(file.path): the first line has to end with the time when it was written")
        }
        writtenAt = time
        commands = lines.map { QuotedWords.read($0.utf8) }
    }

    /// Writes the keys, as if the release had written them just now.
    public func load(into queue: JobQueue, redis: RedisConnection) async throws {
        let shift = try await queue.serverTime().milliseconds - writtenAt
        let pipeline = commands.map { words in
            var command = RedisCommand(String(decoding: words[0], as: UTF8.self))
            for word in words.dropFirst() {
                guard let text = String(validating: word, as: UTF8.self) else {
                    command.append(word)
                    continue
                }
                let named = text.hasPrefix("R:") ? queue.keys.prefix + text.dropFirst(2) : text
                command.append(Self.shifted(named, by: shift))
            }
            return command
        }
        for reply in try await redis.pipeline(pipeline) {
            if let error = reply.error { throw error }
        }
    }

    private static func shifted(_ text: String, by shift: Int64) -> String {
        text.replacing(/\b1\d{12}\b/.wordBoundaryKind(.simple)) { String((Int64($0.output) ?? 0) + shift) }
    }

    /// The text of a file that keeps this queue as it is now.
    public static func text(of queue: JobQueue, redis: RedisConnection, release: String) async throws -> String {
        let now = try await queue.serverTime().milliseconds
        let reply = try await redis.send(RedisCommand("KEYS", queue.keys.prefix + "*"))
        var lines = ["# queuectl \(release), all keys of a queue, at \(now)"]
        for key in (reply.array ?? []).compactMap(\.string).sorted() {
            let name = "R:" + key.dropFirst(queue.keys.prefix.count)
            for command in try await writing(key, as: name, redis) {
                lines.append(command.map(QuotedWords.write).joined(separator: " "))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func writing(_ key: String, as name: String, _ redis: RedisConnection) async throws -> [[[UInt8]]] {
        func words(_ reply: RESPValue) -> [[UInt8]] { (reply.array ?? []).map { $0.bytes ?? [] } }
        func line(_ command: String, _ more: [[UInt8]]) -> [[UInt8]] { [Array(command.utf8), Array(name.utf8)] + more }
        switch try await redis.send(RedisCommand("TYPE", key)).string {
        case "hash":
            let fields = words(try await redis.send(RedisCommand("HGETALL", key)))
            let pairs = stride(from: 0, to: fields.count, by: 2).map { [fields[$0], fields[$0 + 1]] }
            return [line("HSET", pairs.sorted { $0[0].lexicographicallyPrecedes($1[0]) }.flatMap(\.self))]
        case "list":
            return [line("RPUSH", words(try await redis.send(RedisCommand("LRANGE", key, "0", "-1"))))]
        case "zset":
            let members = words(try await redis.send(RedisCommand("ZRANGE", key, "0", "-1", "WITHSCORES")))
            return [line("ZADD", stride(from: 0, to: members.count, by: 2).flatMap { [members[$0 + 1], members[$0]] })]
        case "stream":
            return (try await redis.send(RedisCommand("XRANGE", key, "-", "+")).array ?? []).map { entry in
                line("XADD", [entry.array?[0].bytes ?? []] + words(entry.array?[1] ?? .array([])))
            }
        default:
            return [line("SET", [try await redis.send(RedisCommand("GET", key)).bytes ?? []])]
        }
    }
}

/// A file that is no kept queue.
private struct NotKept: Error, CustomStringConvertible {
    let description: String
}

/// Words as `redis-cli` takes them: in quotes, with escapes, where they are not plain.
private enum QuotedWords {
    static func write(_ word: [UInt8]) -> String {
        let isPlain = !word.isEmpty && word.allSatisfy { (33...126).contains($0) && $0 != 34 && $0 != 39 && $0 != 92 }
        if isPlain { return String(decoding: word, as: UTF8.self) }
        let escaped = word.map { byte -> String in
            switch byte {
            case UInt8(ascii: "\""): "\\\""
            case UInt8(ascii: "\\"): "\\\\"
            case 32...126: String(UnicodeScalar(byte))
            default: "\\x" + String(Int(byte) + 256, radix: 16).dropFirst()
            }
        }
        return "\"\(escaped.joined())\""
    }

    static func read(_ line: some Sequence<UInt8>) -> [[UInt8]] {
        var words: [[UInt8]] = []
        var word: [UInt8]?
        var isQuoted = false
        var bytes = Array(line)[...]
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "\""):
                isQuoted.toggle()
                word = word ?? []
            case UInt8(ascii: " ") where !isQuoted:
                if let word { words.append(word) }
                word = nil
            case UInt8(ascii: "\\") where isQuoted:
                let next = bytes.popFirst() ?? 0
                if next == UInt8(ascii: "x") {
                    word?.append(UInt8(String(decoding: bytes.prefix(2), as: UTF8.self), radix: 16) ?? 0)
                    bytes = bytes.dropFirst(2)
                } else {
                    word?.append(next)
                }
            default: word = (word ?? []) + [byte]
            }
        }
        return word.map { words + [$0] } ?? words
    }
}
