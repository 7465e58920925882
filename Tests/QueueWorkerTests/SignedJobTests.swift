import Glibc
import QueueKit
import RedisClient
import TestSupport
import Testing

@testable import QueueWorker

/// What a worker does that verifies signatures: with a whole worker, a real server and real processes. A command that runs
/// leaves a file of the job's name; one that is refused leaves none, and a line that says why.
@Suite(.timeLimit(.minutes(2))) struct SignedJobTests {
    private let shop: Workshop
    private let folder: TemporaryFolder
    private let keys: SigningKeys

    init() async throws {
        shop = try await Workshop()
        folder = try TemporaryFolder()
        keys = try SigningKeys([
            SigningKey(id: "one", secret: Array(0..<32)), SigningKey(id: "two", secret: Array(32..<64)),
        ])
    }

    private func touch(_ id: String) -> String { "touch \(folder.path)/\(id)" }

    private func hasRun(_ id: String) -> Bool { access("\(folder.path)/\(id)", F_OK) == 0 }

    /// A job that says everything that can be signed.
    private func document(_ id: String) throws -> JobDocument {
        try JobDocument(
            json: """
                {"id":"\(id)","command":"\(touch(id))","timeout":"1m","grace":"5s","success_codes":[0],"fatal_codes":[4],
                 "snooze_codes":{"75":"1m"},"env":{"A":"b"},"cwd":"/","stdin":"\u{e9}","tags":["t"],"meta":{"k":1},
                 "reply_to":"me","memory":"1GiB","cpu_seconds":60,"nice":1,"open_files":200,"max_retries":0}
                """
        )
    }

    private func signed(
        _ document: JobDocument,
        by key: SigningKey? = nil,
        in queue: JobQueue? = nil,
        validFor: Duration = .seconds(600)
    ) async throws -> JobDocument {
        let now = try await shop.queue.serverTime()
        let end = Timestamp(milliseconds: now.milliseconds + Int64(validFor / .milliseconds(1)))
        return try document.signed(by: key ?? keys.first, in: (queue ?? shop.queue).keys, validUntil: end)
    }

    private func add(_ document: JobDocument) async throws {
        let configuration = try await shop.configuration()
        #expect(try await shop.queue.enqueue([NewJob(document)], configuration: configuration) == [.added(.pending)])
    }

    private func send(_ words: [String]) async throws {
        var command = RedisCommand(words[0])
        for word in words.dropFirst() { command.append(word) }
        _ = try await shop.redis.send(command)
    }

    private func set(_ id: String, _ fields: String...) async throws {
        try await send(["HSET", shop.queue.keys.job(JobID(id))] + fields)
    }

    private func unset(_ id: String, _ fields: String...) async throws {
        try await send(["HDEL", shop.queue.keys.job(JobID(id))] + fields)
    }

    /// Runs a worker until nothing is left. Returns the jobs that it says it has started.
    @discardableResult
    private func drain(
        required: Bool = false,
        queues: [QueueName] = [.default],
        in shop: Workshop? = nil
    ) async throws -> [String] {
        let worker = try RunningWorker(shop ?? self.shop, slots: 4, executor: nil, queues: queues) {
            $0.signatures = SignaturePolicy(keys, required: required)
            $0.drains = true
        }
        _ = try await worker.end(within: .seconds(60))
        return worker.events.started.map(\.id.text)
    }

    private func expectRefused(_ id: String, _ why: String, rule: String = "signature", in queue: JobQueue? = nil)
        async throws
    {
        let job = try #require(try await (queue ?? shop.queue).job(JobID(id)), "\(id)")
        #expect(!hasRun(id), "\(id) has run")
        #expect(job.state == .dead && job.reason == "refused", "\(id): \(job.reason ?? "no reason")")
        let head = "refused by the rule \(rule) of the worker "
        let error = job.error ?? ""
        #expect(error.hasPrefix(head) && error.hasSuffix(": \(why)") && !error.contains("\n"), "\(id): \(error)")
    }

    @Test func whatIsSignedRunsWhicheverWayItComes() async throws {
        _ = try await QueueFunctions(redis: shop.redis).install()
        let incoming = shop.queue.keys.incoming
        try await add(try await signed(document("added")))
        for (way, key) in [("json", keys["one"]), ("hash", keys["two"]), ("function", keys["two"])] {
            let job = try await signed(document(way), by: key)
            let envelope = try #require(job.envelope)
            switch way {
            case "json": try await send(["LPUSH", incoming, envelope])
            case "hash":
                let own = Set(["signed", "key_id", "valid_until", "signature"])
                for field in job.fields(configuration: QueueConfiguration()) where own.contains(field.name) {
                    try await set(way, field.name, field.value)
                }
                try await send(["LPUSH", incoming, way])
            default: try await send(["FCALL", "queuectl_enqueue", "1", incoming, envelope])
            }
        }
        try await drain(required: true)
        for id in ["added", "json", "hash", "function"] {
            let job = try await shop.job(JobID(id))
            #expect(job.state == .completed, "\(job)")
            #expect(hasRun(id), "\(id)")
        }
    }

    @Test func operatorsSteerWithoutSigningAnew() async throws {
        for id in ["priority", "retries", "backoff", "due"] { try await add(try await signed(document(id))) }
        let queue = shop.queue
        let steering: [(String, String, JSONValue)] = [
            ("priority", "priority", .number("9")), ("retries", "max_retries", .number("7")),
            ("backoff", "backoff_cap", .string("5s")),
        ]
        for (id, name, value) in steering {
            let draft = try #require(try await queue.draft(of: JobID(id)))
            let members = draft.members(setting: [JSONMember(name: name, value: value)], leavingOut: [])
            let edit = JobEdit(draft, to: try draft.document(.object(members)))
            #expect(!edit.breaksSignature && !edit.isEmpty)
            #expect(try await queue.edit(edit) == .done(.pending))
        }
        try await set("due", "next_run_at", "1000000000000", "run_at", "1000000000000")
        try await drain(required: true)
        for id in ["priority", "retries", "backoff", "due"] { #expect(hasRun(id), "\(id)") }
    }

    /// Each field that says what is run and how, changed in Redis after it was signed; and each taken away.
    @Test func whatWasChangedAfterwardsNeverRuns() async throws {
        let changes: [(field: String, set: [String], unset: [String])] = [
            ("command", ["command", touch("command") + " #"], []),
            ("argv", ["argv", #"["touch","\#(folder.path)/argv"]"#], ["command"]),
            ("task", ["task", "t"], ["command"]),
            ("timeout", ["timeout_ms", "59999"], []), ("timeout", [], ["timeout_ms"]),
            ("grace", ["grace_ms", "1"], []), ("grace", [], ["grace_ms"]),
            ("success_codes", ["success_codes", "[0,1]"], []),
            ("fatal_codes", ["fatal_codes", "[5]"], []), ("fatal_codes", [], ["fatal_codes"]),
            ("snooze_codes", ["snooze_codes", #"{"75":"2m"}"#], []), ("snooze_codes", [], ["snooze_codes"]),
            ("retry_on_other_host", ["retry_on_other_host", "true"], []),
            ("memory", ["memory", "2147483648"], []), ("memory", [], ["memory"]),
            ("cpu_seconds", ["cpu_seconds", "61"], []), ("cpu_seconds", [], ["cpu_seconds"]),
            ("nice", ["nice", "0"], []), ("nice", [], ["nice"]),
            ("open_files", ["open_files", "201"], []), ("open_files", [], ["open_files"]),
            ("env", ["env", #"{"A":"b","LD_PRELOAD":"/tmp/x"}"#], []), ("env", [], ["env"]),
            ("env_from", ["env_from", #"{"B":"variable:HOME"}"#], []),
            ("cwd", ["cwd", "/tmp"], []), ("cwd", [], ["cwd"]),
            // The same letter in two code points: equal to Swift, and other bytes to the program.
            ("stdin", ["stdin", "e\u{301}"], []), ("stdin", [], ["stdin"]),
            ("tags", ["tags", #"["u"]"#], []), ("tags", [], ["tags"]),
            ("meta", ["meta", #"{"k":2}"#], []), ("meta", [], ["meta"]),
            ("reply_to", ["reply_to", "you"], []), ("reply_to", [], ["reply_to"]),
        ]
        for (number, change) in changes.enumerated() {
            let id = "c\(number)"
            try await add(try await signed(document(id)))
            let key = shop.queue.keys.job(try JobID(id))
            if !change.set.isEmpty { try await send(["HSET", key] + change.set) }
            if !change.unset.isEmpty { try await send(["HDEL", key] + change.unset) }
        }
        try await drain()
        for (number, change) in changes.enumerated() {
            let field = ["argv", "task"].contains(change.field) ? "command" : change.field
            try await expectRefused("c\(number)", "its \(field) is not what was signed: the job was changed afterwards")
        }
        #expect(!hasRun("command") && !hasRun("argv"))
        // Kept for whoever wants to know, and counted.
        let counts = shop.queue.keys.counts
        let refused = try await shop.redis.send(RedisCommand("HGET", counts, "refused_total")).string
        #expect(refused == String(changes.count))
    }

    @Test func forgeriesNeverRun() async throws {
        let mismatch = { (key: String) in
            "the signature is not what the key \"\(key)\" makes of this document, id, queue and valid_until"
        }
        for id in ["digit", "key", "unknown", "later", "text", "broken", "gone", "halfway", "runs"] {
            try await add(try await signed(document(id)))
        }
        // Right in all but the secret.
        try await add(try await signed(document("secret"), by: SigningKey(id: "one", secret: Array(1...32))))
        try await add(try await signed(document("stranger"), by: SigningKey(id: "three", secret: Array(0..<32))))
        let digits =
            try await shop.redis.send(RedisCommand("HGET", shop.queue.keys.job(JobID("digit")), "signature")).string
            ?? ""
        try await set("digit", "signature", (digits.first == "0" ? "1" : "0") + digits.dropFirst())
        try await set("key", "key_id", "two")
        try await set("unknown", "key_id", "nobody")
        try await set("later", "valid_until", "1999999999999")
        try await set("text", "command", touch("text") + "; id", "signed", #"{"command":"\#(touch("text")); id"}"#)
        try await set("broken", "signature", "00")
        try await unset("gone", "signature", "signed", "key_id")
        try await unset("halfway", "signed")
        try await drain()
        try await expectRefused("digit", mismatch("one"))
        try await expectRefused("key", mismatch("two"))
        try await expectRefused("later", mismatch("one"))
        try await expectRefused("text", mismatch("one"))
        try await expectRefused("secret", mismatch("one"))
        for (id, key) in [("unknown", "nobody"), ("stranger", "three")] {
            try await expectRefused(
                id,
                "it was signed with the key \"\(key)\", which is none of those that are trusted here"
            )
        }
        for id in ["broken", "gone", "halfway"] {
            let job = try await shop.job(JobID(id))
            #expect(job.state == .dead && job.reason == "corrupt" && !hasRun(id), "\(id)")
            #expect(job.error == "the job's hash is damaged: its signature is incomplete or malformed", "\(id)")
        }
        #expect(hasRun("runs"))
    }

    @Test func whereSignaturesAreNeededUnsignedJobsNeverRun() async throws {
        try await add(document("plain"))
        try await add(try await signed(document("stripped")))
        try await unset("stripped", "signed", "key_id", "valid_until", "signature")
        // What is refused has not been started.
        #expect(try await drain(required: true) == [])
        try await expectRefused("plain", "it is not signed", rule: "require_signature")
        try await expectRefused("stripped", "it is not signed", rule: "require_signature")
        // Where they are not, unsigned jobs run.
        try await add(document("other"))
        #expect(try await drain() == ["other"])
        #expect(hasRun("other"))
    }

    @Test func whatIsOutdatedNeverRuns() async throws {
        let short = try await signed(document("short"), validFor: .milliseconds(300))
        let end = try #require(short.signature?.validUntil)
        try await add(short)
        // Not the time of an earlier run, which somebody could write there, but that of this one.
        try await set("short", "started_at", "1700000000000", "run", "1")
        try await waitUntil("it is outdated") { try await shop.queue.serverTime() >= end }
        try await drain()
        try await expectRefused("short", "the signature was valid until \(end.rfc3339)")
    }

    /// Written as if this very request had been given it a while ago, when it was still valid: no claim sets the time in its hash.
    @Test func whatIsOutdatedIsNotMadeValidByAForgedClaim() async throws {
        let old = try await signed(document("old"), validFor: .milliseconds(300))
        let end = try #require(old.signature?.validUntil)
        try await add(old)
        try await waitUntil("it is outdated") { try await shop.queue.serverTime() >= end }
        let (worker, begun) = (WorkerID.ofThisProcess(), String(end.milliseconds - 100))
        try await set("old", "state", "processing", "token", "\(worker).2", "started_at", begun, "run", "1")
        try await send(["HSET", shop.queue.keys.prefix + "worker:\(worker)", "request", "2", "jobs", "old"])
        let configuration = try await shop.configuration()
        let claim = try await shop.queue.claim(
            ClaimRequest(worker: worker, number: 2, slots: 1, configuration: configuration)
        )
        let claimed = try #require(claim.jobs.first)
        #expect(claimed.job.id.text == "old" && claimed.job.startedAt?.milliseconds == end.milliseconds - 100)
        let refusal = SignaturePolicy(keys, required: true).refusal(of: claimed, in: shop.queue.keys)
        guard case .forbidden("signature", let why)? = refusal else {
            Issue.record("it would run: \(String(describing: refusal))")
            return
        }
        #expect(why == "the signature was valid until \(end.rfc3339)")
    }

    /// Nobody without a key has an id remembered as signed for, as far as a worker looks at it.
    @Test func aForgeryThatIsPushedTakesNoIDAway() async throws {
        let forger = try SigningKey(id: "one", secret: Array(1...32))
        let forged = try await signed(document("json"), by: forger)
        let stranger = try await signed(document("hash"), by: SigningKey(id: "three", secret: Array(0..<32)))
        try await send(["LPUSH", shop.queue.keys.incoming, try #require(forged.envelope)])
        for field in stranger.fields(configuration: QueueConfiguration())
        where ["signed", "key_id", "valid_until", "signature"].contains(field.name) {
            try await set("hash", field.name, field.value)
        }
        try await send(["LPUSH", shop.queue.keys.incoming, "hash"])
        #expect(try await drain() == [])
        let reasons = try await shop.queue.rejected(limit: 10).map(\.reason)
        #expect(
            Set(reasons) == [
                "signature: the signature is not what the key \"one\" makes of this document, id, queue and valid_until",
                "signature: it was signed with the key \"three\", which is none of those that are trusted here",
            ]
        )
        #expect(try await shop.redis.send(RedisCommand("EXISTS", shop.queue.keys.prefix + "signed")).int == 0)
        // Both ids are free for whoever has a key.
        try await unset("hash", "signed", "key_id", "valid_until", "signature")
        for id in ["json", "hash"] {
            try await send(["LPUSH", shop.queue.keys.incoming, try #require(signed(document(id)).envelope)])
        }
        #expect(try await Set(drain(required: true)) == ["json", "hash"])
        #expect(hasRun("json") && hasRun("hash"))
    }

    /// Copied by hand, as who can write all keys can.
    @Test func whatWasMovedNeverRuns() async throws {
        let mismatch = "the signature is not what the key \"one\" makes of this document, id, queue and valid_until"
        // Its text does not say which job it is.
        let text = try JobDocument(json: #"{"command":"\#(touch("moved"))"}"#)
        let mail = shop.directory.queue(try QueueName("mail"))
        let staging = try await Workshop(server: shop.server)
        _ = try await shop.directory.register([mail.name])
        _ = try await staging.configuration()
        var document = text
        document.id = try JobID("moved")
        try await add(try await signed(document))
        let fields = try await shop.redis.send(RedisCommand("HGETALL", shop.queue.keys.job(JobID("moved")))).array ?? []
        for (queue, id) in [(mail, "moved"), (staging.queue, "moved"), (shop.queue, "renamed")] {
            try await send(["HSET", queue.keys.job(JobID(id))] + fields.compactMap(\.string))
            try await send(["RPUSH", queue.keys.pending(5), id])
        }
        try await drain(queues: [mail.name])
        try await drain(in: staging)
        #expect(!hasRun("moved"))
        for queue in [mail, staging.queue] { try await expectRefused("moved", mismatch, in: queue) }
        try await drain()
        #expect(hasRun("moved"))
        try await expectRefused("renamed", mismatch)
    }

    @Test func tasksAreSignedWithTheirArguments() async throws {
        for id in ["sound", "args", "name"] {
            let task = try JobDocument(json: #"{"id":"\#(id)","task":"note","args":{"n":1,"word":"x"}}"#)
            try await add(try await signed(task))
        }
        try await set("args", "args", #"{"n":2,"word":"x"}"#)
        try await set("name", "task", "other")
        let tally = Tally()
        let executor = HandlerExecutor(tasks: [
            "note": { job, _ in tally.add(job.id) }, "other": { job, _ in tally.add(job.id) },
        ])
        let worker = try RunningWorker(shop, slots: 2, executor: executor) {
            $0.signatures = SignaturePolicy(keys, required: true)
            $0.drains = true
        }
        _ = try await worker.end()
        #expect(try tally.counts == [JobID("sound"): 1])
        try await expectRefused("args", "its args is not what was signed: the job was changed afterwards")
        try await expectRefused("name", "its task is not what was signed: the job was changed afterwards")
    }
}
