import QueueKit
import RedisClient
import TestSupport
import Testing

/// `FCALL queuectl_enqueue`: what it writes, refuses and answers.
@Suite struct EnqueueFunctionTests {
    @Test func aDocumentIsAJobAtOnce() async throws {
        let queue = try await TestQueue.withFunctions()
        #expect(
            try await queue.add(#"{"id":"a","command":"true","priority":8,"reply_to":"me","meta":{"n":1.50}}"#) == "a"
        )
        let request = try await queue.send("HGET", "R:job:a", "request").string ?? ""
        try await queue.expect(
            """
            counts: enqueued_total 1, pending 1
            incoming: [!]
            job:a: created_at <now>, document {"id":"a","command":"true","priority":8,"reply_to":"me","meta":{"n":1.50}}, \
            priority 8, reply_to me, request \(request), state pending
            meta: schema 1
            pending:8: [a]
            """
        )
        try await queue.checkI1()
    }

    @Test func idsAreMadeAndDifferent() async throws {
        let queue = try await TestQueue.withFunctions()
        let before = try await queue.queue.serverTime()
        var ids: [String] = []
        for _ in 0..<200 { ids.append(try await queue.add(#"{"command":"true"}"#)) }
        #expect(Set(ids).count == 200)
        #expect(ids.allSatisfy { $0.wholeMatch(of: /[0-9A-HJKMNP-TV-Z]{26}/) != nil })
        // Of the same millisecond or a later one than when it began, as those that queuectl makes.
        var (generator, random) = (ULIDGenerator(), SystemRandomNumberGenerator())
        let first = generator.next(at: before, using: &random).prefix(10)
        #expect(
            ids.allSatisfy { $0.prefix(10) >= first } && ids.map { $0.prefix(10) } == ids.map { $0.prefix(10) }.sorted()
        )
        #expect(Set(ids.map { $0.suffix(16) }).count == 200)
        #expect(try await queue.claim(100).unread.map(\.id.text) == Array(ids.prefix(100)))
        try await queue.checkI1()
    }

    @Test(
        arguments: [
            (#"{"command":"x","priority":11}"#, "INVALID priority: 11 is out of range; give 0...10"),
            (#"{"command":"x","priority":1.5}"#, "INVALID priority: 1.5 is out of range; give 0...10"),
            (#"{"command":"x","priority":"8"}"#, #"INVALID priority: "8" is out of range; give 0...10"#),
            (#"{"command":"x","priority":null}"#, "INVALID priority: null is out of range; give 0...10"),
            (#"{"command":"x","v":2}"#, "INVALID v: 2 is not a version this release knows; give 1, or leave it out"),
            (
                #"{"command":"x","id":"a b"}"#,
                #"INVALID id: "a b" is not an id; give 1...128 letters, digits, _ . or -"#
            ),
            (#"{"command":"x","id":".."}"#, #"INVALID id: ".." is not an id; give 1...128 letters, digits, _ . or -"#),
            (#"{"command":"x","id":7}"#, "INVALID id: 7 is not an id; give 1...128 letters, digits, _ . or -"),
            (
                #"{"command":"x","id":"a\u0000"}"#,
                #"INVALID id: "a\u0000" is not an id; give 1...128 letters, digits, _ . or -"#
            ),
            (
                #"{"command":"x","id":"a\nb"}"#,
                #"INVALID id: "a\nb" is not an id; give 1...128 letters, digits, _ . or -"#
            ),
            (
                #"{"command":"x","reply_to":{}}"#,
                "INVALID reply_to: {} is not a name; give 1...128 letters, digits, _ . or -"
            ),
            (#"{"priority":8}"#, "INVALID command: is missing; give command, argv or task"),
            (#"{"command":"x","argv":["x"]}"#, "INVALID command: give one of command, argv and task"),
            (
                #"{"command":"x","reply_to":"."}"#,
                #"INVALID reply_to: "." is not a name; give 1...128 letters, digits, _ . or -"#
            ),
            ("[]", #"INVALID the document is no object; give an object such as {"command":"..."}"#),
            ("12", #"INVALID the document is no object; give an object such as {"command":"..."}"#),
            (#"{"command":"#, "INVALID the document is not valid JSON"),
            ("", "INVALID the document is not valid JSON"),
        ] as [(String, String)]
    )
    func whatCannotBePlacedIsRefused(document: String, refusal: String) async throws {
        let queue = try await TestQueue.withFunctions()
        #expect(try await queue.refusal(of: document) == refusal)
        #expect(try await queue.snapshot() == "")
    }

    @Test func anotherQueueOrATooLargeDocumentIsRefused() async throws {
        let queue = try await TestQueue.withFunctions()
        let (name, large) = (queue.queue.name.text, String(repeating: "x", count: 1 << 20))
        #expect(
            try await queue.refusal(of: #"{"command":"x","queue":"other"}"#)
                == #"INVALID queue: "other" is not "\#(name)", where it was pushed; push it there, or leave the field out"#
        )
        #expect(
            try await queue.refusal(of: #"{"command":"\#(large)"}"#)
                == "INVALID the document has 1048590 bytes; give at most 1048576 (1 MiB)"
        )
        #expect(try await queue.snapshot() == "")
        try await queue.add(#"{"command":"x","queue":"\#(name)"}"#)
    }

    @Test func itIsCalledWithTheIncomingListOfAQueue() async throws {
        let queue = try await TestQueue.withFunctions()
        for keys in [["R:inbox"], ["R:incoming", "R:meta"], [], ["queuectl:default:incoming"], ["{q}:incoming"]] {
            var command = RedisCommand("FCALL", "queuectl_enqueue", String(keys.count))
            for key in keys { command.append(key.replacing("R:", with: queue.keys.prefix)) }
            command.append(#"{"command":"x"}"#)
            let reply = try await queue.redis.pipeline([command])[0].error?.message ?? ""
            #expect(reply.hasPrefix("INVALID call it with one key, the incoming list of a queue"), "\(keys): \(reply)")
        }
        for name in [".", "..", String(repeating: "q", count: 65)] {
            var command = RedisCommand("FCALL", "queuectl_enqueue", "1", "queuectl:{\(name)}:incoming")
            command.append(#"{"command":"x"}"#)
            let reply = try await queue.redis.pipeline([command])[0].error?.message ?? ""
            #expect(reply == "INVALID the key names no queue; give 1...64 letters, digits, _ . or -")
        }
        #expect(try await queue.snapshot() == "")
    }

    /// No list has the name of -0.
    @Test(arguments: ["-0", "-0.0", "0.0", "-0e3"])
    func everyZeroIsThePriorityZero(priority: String) async throws {
        let queue = try await TestQueue.withFunctions()
        try await queue.add(#"{"id":"a","command":"true","priority":\#(priority)}"#)
        #expect(try await queue.send("LRANGE", "R:pending:0", "0", "-1").texts == ["a"])
        #expect(try await queue.queue.job(id("a"))?.priority == 0)
        var number: Int64 = 0
        #expect(try await queue.claimAndAdmit(1, number: &number) == ["a"])
        try await queue.checkI1()
    }

    @Test func theSameCallAgainIsAnsweredAndNothingElse() async throws {
        let queue = try await TestQueue.withFunctions()
        let document = #"{"id":"a","command":"true"}"#
        try await queue.add(document)
        var number: Int64 = 1
        for state in [JobState.pending, .processing, .completed] {
            let before = try await queue.snapshot()
            #expect(try await queue.add(document) == "a")
            #expect(
                try await queue.refusal(of: #"{"id":"a","command":"other"}"#)
                    == "EXISTS job a exists already (\(state))"
            )
            #expect(try await queue.snapshot() == before)
            if state == .pending { #expect(try await queue.claimAndAdmit(1, number: &number) == ["a"]) }
            if state == .processing { try await queue.settle("a", .completed, number: number) }
        }
        try await queue.checkI1()
    }

    /// It may be the copy of a call that was held up on its way.
    @Test(arguments: ["deleted", "replaced"])
    func theSameCallDoesNotBringBackWhatIsGone(how: String) async throws {
        let queue = try await TestQueue.withFunctions()
        let document = #"{"id":"a","command":"true"}"#
        try await queue.add(document)
        if how == "deleted" {
            #expect(try await queue.queue.delete([id("a")]) == [.done(.pending)])
        } else {
            try await queue.enqueue("a", replace: true) { $0.command = "other" }
        }
        let before = try await queue.snapshot()
        #expect(try await queue.add(document) == "a")
        #expect(try await queue.snapshot() == before)
        try await queue.checkI1()

        if how == "deleted" {
            #expect(try await queue.add(#"{"id":"a","command":"another call"}"#) == "a")
            #expect(try await queue.queue.job(id("a"))?.state == .pending)
        } else {
            #expect(
                try await queue.refusal(of: #"{"id":"a","command":"x"}"#) == "EXISTS job a exists already (pending)"
            )
        }
        try await queue.checkI1()
    }

    @Test func otherJobsAndPreparedHashesKeepTheirIDs() async throws {
        let queue = try await TestQueue.withFunctions()
        try await queue.enqueue("a")
        try await queue.seed("HSET R:job:b command true", "SET R:job:c x")
        let before = try await queue.snapshot()
        for (id, refusal) in [
            ("a", "EXISTS job a exists already (pending)"), ("b", "EXISTS a prepared hash has the id b already"),
            ("c", "WRONGTYPE the key of job c holds no job that can be read"),
        ] { #expect(try await queue.refusal(of: #"{"id":"\#(id)","command":"true"}"#) == refusal) }
        #expect(try await queue.snapshot() == before)
    }

    @Test func aDamagedOrNewerQueueIsLeftAlone() async throws {
        for (line, said) in [
            ("SET R:pending:3 x", "WRONGTYPE"), ("SET R:counts x", "WRONGTYPE"), ("HSET R:meta schema 2", "SCHEMA"),
        ] {
            let queue = try await TestQueue.withFunctions()
            try await queue.seed(line)
            let before = try await queue.snapshot()
            #expect(try await queue.refusal(of: #"{"command":"true"}"#).hasPrefix(said))
            #expect(try await queue.snapshot() == before)
        }
    }

    @Test func anIDWhoseEntryWasLeftBehindStandsThereOnce() async throws {
        let queue = try await TestQueue.withFunctions()
        try await queue.send("RPUSH", "R:pending:5", "a")
        try await queue.send("HSET", "R:stale", "pending:5 a", "1")
        try await queue.send("HSET", "R:counts", "stale:pending:5", "1")
        try await queue.add(#"{"id":"a","command":"true"}"#)
        #expect(try await queue.send("LRANGE", "R:pending:5", "0", "-1").texts == ["a"])
        try await queue.checkI1()
    }

    @Test(arguments: ["hset", "rpush", "zadd", "unlink", "exists"])
    func aUserWhoMayNotWriteAllWritesNothing(right: String) async throws {
        let server = try RedisServer(.init(configuration: ["user u on >hush ~* &* +@all -\(right)"]))
        let queue = try TestQueue(on: server)
        _ = try await QueueFunctions(redis: queue.redis).install()
        var configuration = server.configuration
        (configuration.username, configuration.password) = ("u", "hush")
        let connection = RedisConnection(configuration)
        defer { connection.close() }
        let call = RedisCommand("FCALL", "queuectl_enqueue", "1", queue.keys.incoming, #"{"command":"x"}"#)
        let said = try await connection.pipeline([call])[0].error?.message ?? ""
        #expect(said.contains(right == "exists" ? "can't run this command" : "'\(right)'"), "\(said)")
        #expect(try await queue.snapshot() == "")
    }

    @Test func aServerThatIsFullRefusesIt() async throws {
        let server = try RedisServer()
        let queue = try TestQueue(on: server)
        _ = try await QueueFunctions(redis: queue.redis).install()
        try await queue.send("CONFIG", "SET", "maxmemory", "1mb")
        #expect(try await queue.refusal(of: #"{"command":"true"}"#).hasPrefix("OOM"))
        try await queue.send("CONFIG", "SET", "maxmemory", "0")
        #expect(try await queue.snapshot() == "")
    }
}
