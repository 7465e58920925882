import RedisClient
import Testing

@Suite struct URLTests {
    struct Good: Sendable, CustomTestStringConvertible {
        let url: String
        let address: RedisAddress
        var username: String?
        var password: String?
        var database = 0
        var testDescription: String { url }
    }

    @Test(arguments: [
        Good(url: "redis://localhost", address: .tcp(host: "localhost", port: 6379)),
        Good(url: "REDIS://localhost", address: .tcp(host: "localhost", port: 6379)),
        Good(url: "redis://localhost/", address: .tcp(host: "localhost", port: 6379)),
        Good(url: "redis://h:7000/3", address: .tcp(host: "h", port: 7000), database: 3),
        Good(url: "redis://h?db=4", address: .tcp(host: "h", port: 6379), database: 4),
        Good(url: "redis://[::1]", address: .tcp(host: "::1", port: 6379)),
        Good(url: "redis://[fe80::1%25eth0]:1/2", address: .tcp(host: "fe80::1%eth0", port: 1), database: 2),
        Good(url: "redis://:pw@h", address: .tcp(host: "h", port: 6379), password: "pw"),
        Good(url: "redis://u:pw@h", address: .tcp(host: "h", port: 6379), username: "u", password: "pw"),
        Good(
            url: "redis://u:a%40b%2Fc%3a%25@h",
            address: .tcp(host: "h", port: 6379),
            username: "u",
            password: "a@b/c:%"
        ),
        Good(url: "redis://u:a@b@h", address: .tcp(host: "h", port: 6379), username: "u", password: "a@b"),
        Good(url: "redis://:a:b@h", address: .tcp(host: "h", port: 6379), password: "a:b"),
        Good(url: "unix:///run/r.sock", address: .unix(path: "/run/r.sock")),
        Good(url: "redis+unix:///a%20b?db=2", address: .unix(path: "/a b"), database: 2),
        Good(url: "unix://:pw@/r", address: .unix(path: "/r"), password: "pw"),
    ])
    func aGoodURLIsRead(_ row: Good) throws {
        let read = try RedisConfiguration(url: row.url)
        #expect(read.address == row.address)
        #expect(read.username == row.username)
        #expect(read.password == row.password)
        #expect(read.database == row.database)
    }

    @Test(arguments: [
        ("", "no scheme"), ("localhost:6379", "no scheme"), ("http://h", "scheme is not known"),
        ("rediss://:SECRET@h", "TLS is not supported yet"), ("redis://", "no host"), ("redis://:SECRET@", "no host"),
        ("redis://:SECRET", "no host"), ("redis://h:", "port"), ("redis://h:0", "port"), ("redis://h:65536", "port"),
        ("redis://h:SECRET", "port"), ("redis://h:+1", "port"), ("redis://h/SECRET", "database"),
        ("redis://h/-1", "database"), ("redis://h/1/2", "database"), ("redis://h/99999999999999999999", "database"),
        ("redis://h/1?db=2", "twice"), ("redis://h?timeout=3", "only query parameter"), ("redis://h?db=", "database"),
        ("redis://::1", "brackets"), ("redis://[::1", "not closed"), ("redis://[::1]x", "only a port"),
        ("redis://:SEC/RET@h", "percent-encode"), ("redis://:SEC?RET@h", "percent-encode"),
        ("redis://:SEC#RET@h", "%23"), ("redis://:SEC RET@h", "space"), ("redis://:SEC%zzRET@h", "hexadecimal"),
        ("redis://:SECRET%4", "no host"), ("redis://:SECRET%4@h", "hexadecimal"), ("redis://:SECRET%00@h", "zero byte"),
        ("redis://:SECRET%ff@h", "UTF-8"), ("redis://SECRET@h", "needs a password"), ("redis://u:@h", "empty"),
        ("unix://r.sock", "absolute path"), ("unix://", "absolute path"), ("unix:///", "absolute path"),
        ("redis://h\n", "control character"),
    ])
    func aBadURLIsRefusedInOneLineWithoutItsSecrets(_ url: String, _ reason: String) throws {
        let error = try #require(throws: RedisURLError.self) { try RedisConfiguration(url: url) }
        let text = "\(error)"
        #expect(text.contains(reason), "\(text)")
        #expect(!text.contains("SEC") && !text.contains("RET"), "\(text)")
        #expect(!text.contains("\n"))
    }

    @Test(arguments: ["redis://:SECRET@h:1/2", "redis://u:SECRET@[::1]", "unix://u:SECRET@/r?db=1"])
    func noPrintedFormShowsThePassword(_ url: String) throws {
        let read = try RedisConfiguration(url: url)
        var dumped = ""
        dump([read], to: &dumped)
        for text in ["\(read)", "\([read])", String(reflecting: read), dumped] {
            #expect(!text.contains("SECRET"))
            #expect(text.contains("***"))
        }
    }
}
