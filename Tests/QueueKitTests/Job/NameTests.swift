import TestSupport
import Testing

@testable import QueueKit

@Suite struct NameTests {
    @Test(arguments: ["a", "default", "A.b_c-9", "...", ".hidden", "-", String(repeating: "x", count: 64)])
    func namesOfPlainCharactersAreTaken(text: String) throws {
        #expect(try QueueName(text).text == text)
        #expect(try JobID(text).text == text)
    }

    @Test(arguments: [
        "", ".", "..", "a b", "../x", "{x}", "a:b", "é", "a\n", "a\u{0}", "*", String(repeating: "x", count: 300),
    ])
    func otherNamesAreRefused(text: String) {
        #expect(throws: DocumentError.self) { try QueueName(text) }
        #expect(throws: DocumentError.self) { try JobID(text) }
    }

    @Test func idsMayBeLongerThanQueues() throws {
        let text = String(repeating: "x", count: 128)
        #expect(try JobID(text).text == text)
        #expect(throws: DocumentError.self) { try JobID(text + "x") }
        #expect(throws: DocumentError.self) { try QueueName(String(repeating: "x", count: 65)) }
    }

    @Test func generatedIDsSortByTime() throws {
        var generator = ULIDGenerator()
        var random = SeededGenerator(seed: 4)
        let first = generator.next(at: Timestamp(milliseconds: 1_469_918_176_385), using: &random)
        #expect(first.hasPrefix("01ARYZ6S41") && first.utf8.count == 26)
        var last = first
        // Forward, the same millisecond, and a clock that steps back: ids only rise.
        for milliseconds in [1_469_918_176_386, 1_469_918_176_386, 0, -5, 1_469_918_176_387, .min] as [Int64] {
            let next = generator.next(at: Timestamp(milliseconds: milliseconds), using: &random)
            #expect(next > last)
            #expect(try JobID(next).text == next)
            last = next
        }
    }

    @Test func generatedIDsCountOverTheirLowerHalf() {
        struct AllOnes: RandomNumberGenerator {
            mutating func next() -> UInt64 { .max }
        }
        var generator = ULIDGenerator()
        var random = AllOnes()
        let first = generator.next(at: Timestamp(milliseconds: .max), using: &random)
        #expect(first == "7ZZZZZZZZZFZZZZZZZZZZZZZZZ")
        #expect(generator.next(at: Timestamp(milliseconds: .max), using: &random) == "7ZZZZZZZZZG000000000000000")
    }

    @Test func idsGeneratedTogetherDiffer() async {
        let ids = await withTaskGroup(of: [JobID].self) { group in
            for _ in 0..<4 { group.addTask { (0..<2500).map { _ in JobID.generate() } } }
            return await group.reduce(into: [JobID]()) { $0 += $1 }
        }
        #expect(Set(ids).count == 10_000)
    }

    @Test(
        arguments: [
            ("web-1.example.com-4711-a1b2c3", "web-1.example.com", 4711, "a1b2c3"), ("h-1-x", "h", 1, "x"),
            ("--0-x", "-", 0, "x"),
        ] as [(String, String, Int32, String)]
    )
    func workerIDsAreReadFromTheRight(text: String, host: String, pid: Int32, random: String) throws {
        let worker = try #require(WorkerID(text))
        #expect(worker.host == host && worker.pid == pid && worker.random == random && worker.description == text)
        let token = try #require(JobToken("\(text).42"))
        #expect(token.worker == worker && token.request == 42 && token.description == "\(text).42")
    }

    @Test(arguments: ["", "-", "a-b", "h-1-", "h-x-y", "-1-x", "h-99999999999-x", "h-1-a.b"])
    func otherTextIsNoWorker(text: String) {
        #expect(WorkerID(text) == nil)
        #expect(JobToken("\(text).1") == nil)
    }

    @Test(arguments: ["", ".", "h-1-x", "h-1-x.", "h-1-x.y", "h-1-x.-1", "h-1-x.99999999999999999999"])
    func otherTextIsNoToken(text: String) {
        #expect(JobToken(text) == nil)
    }

    @Test(arguments: [("web-1", "a1"), ("", ""), ("hôst one", "a-b.c"), (String(repeating: "h", count: 300), "{x}")])
    func madeWorkerIDsReadBack(host: String, random: String) {
        let worker = WorkerID(host: host, pid: -3, random: random)
        #expect(WorkerID(worker.description) == worker)
    }
}
