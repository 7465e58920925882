import QueueKit
import Testing

/// `list` by tags and `meta`.
@Suite struct FindTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test func listFindsJobsByTagAndMeta() async throws {
        try await bench.run("enqueue", #"{"id":"a","command":"true","tags":["red"],"meta":{"customer":{"id":17}}}"#)
        try await bench.run("enqueue", #"{"id":"b","command":"true","tags":["red"],"meta":{"customer":{"id":18}}}"#)
        try await bench.add("c")
        #expect(try await bench.run("list", "--tag", "red", "-q").out == "a\nb\n")
        #expect(try await bench.run("list", "--tag", "red", "--meta", "customer.id=18", "-q").out == "b\n")
        #expect(try await bench.run("list", "--meta", "customer.id=17", "--state", "pending", "-q").out == "a\n")
        #expect(try await bench.run("list", "--meta", "customer.id=17", "--state", "dead", "-q").out == "")
        #expect(try await bench.run("list", "--tag", "red", "--limit", "1", "-q").out == "a\n")
        let json = try await bench.run("list", "--meta", "customer.id=17", "--json").out.json()
        #expect(json["id"]?.string == "a")
        #expect(try await bench.run("show", "a").out.contains(#"{"customer":{"id":17}}"#))
    }

    @Test(arguments: ["customer", "=17", ""])
    func aConditionWithoutNameOrValueIsRefused(text: String) async throws {
        let outcome = try await bench.run("list", "--meta", text)
        #expect(outcome.status == 64 && outcome.err.contains("has no name or no value; give NAME=VALUE"))
    }
}
