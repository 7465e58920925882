import RedisClient
import Testing

@Suite struct URLTests {
    struct Good: Sendable, CustomTestStringConvertible {
        let url: String
        let address: RedisAddress
        var username: String?
        var password: String?
        var database = 0
        var sentinelPassword: String?
        var testDescription: String { url }
    }

    private static func h(_ host: String, _ port: UInt16) -> RedisEndpoint { RedisEndpoint(host: host, port: port) }

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
        Good(url: "redis+sentinel://h/main", address: .primary(named: "main", sentinels: [h("h", 26379)])),
        Good(
            url: "redis-sentinel://u:p%2C@h:1,[::1],i:3/my.m-1_/7?sentinel_password=a%26b%3D%40",
            address: .primary(named: "my.m-1_", sentinels: [h("h", 1), h("::1", 26379), h("i", 3)]),
            username: "u",
            password: "p,",
            database: 7,
            sentinelPassword: "a&b=@"
        ),
        Good(
            url: "redis+sentinel://h/main?sentinel_password=x&db=4",
            address: .primary(named: "main", sentinels: [h("h", 26379)]),
            database: 4,
            sentinelPassword: "x"
        ),
    ])
    func aGoodURLIsRead(_ row: Good) throws {
        let read = try RedisConfiguration(url: row.url)
        #expect(read.address == row.address)
        #expect(read.username == row.username)
        #expect(read.password == row.password)
        #expect(read.database == row.database)
        #expect(read.sentinelPassword == row.sentinelPassword)
    }

    @Test(
        arguments: [
            ("", "no scheme"), ("localhost:6379", "no scheme"), ("http://h", "scheme is not known"),
            ("redis://", "no host"),
            ("redis://:SECRET@", "no host"),
            ("redis://:SECRET", "no host"), ("redis://h:", "port"), ("redis://h:0", "port"),
            ("redis://h:65536", "port"),
            ("redis://h:SECRET", "port"), ("redis://h:+1", "port"), ("redis://h/SECRET", "database"),
            ("redis://h/-1", "database"), ("redis://h/1/2", "database"), ("redis://h/99999999999999999999", "database"),
            ("redis://h/1?db=2", "twice"), ("redis://h?timeout=3", "only query parameter"),
            ("redis://h?db=", "database"),
            ("redis://::1", "brackets"), ("redis://[::1", "not closed"), ("redis://[::1]x", "only a port"),
            ("redis://:SEC/RET@h", "percent-encode"), ("redis://:SEC?RET@h", "percent-encode"),
            ("redis://:SEC#RET@h", "%23"), ("redis://:SEC RET@h", "space"), ("redis://:SEC%zzRET@h", "hexadecimal"),
            ("redis://:SECRET%4", "no host"), ("redis://:SECRET%4@h", "hexadecimal"),
            ("redis://:SECRET%00@h", "zero byte"),
            ("redis://:SECRET%ff@h", "UTF-8"), ("redis://SECRET@h", "needs a password"), ("redis://u:@h", "empty"),
            ("unix://r.sock", "absolute path"), ("unix://", "absolute path"), ("unix:///", "absolute path"),
            ("redis://h\n", "control character"), ("redis://:SECRET@h,i", "several hosts"),
            ("redis+sentinel://:SECRET@h", "names no primary"), ("redis+sentinel://:SECRET@h/", "names no primary"),
            ("redis+sentinel:///main", "no host"), ("redis+sentinel://h,,i/main", "no host"),
            ("redis+sentinel://h,i:SECRET/main", "port"), ("redis+sentinel://h/SEC%20RET", "letters, digits"),
            ("redis+sentinel://h/main/SECRET", "database"), ("redis+sentinel://h/main/1?db=1", "twice"),
            ("redis+sentinel://h/main?sentinel_password=", "empty"),
            ("redis+sentinel://h/main?sentinel_password=SEC&sentinel_password=RET", "twice"),
            ("redis+sentinel://h/main?password=SECRET", "only query parameters"),
            ("redis+sentinel://h/main?sentinel_password=SECRET%", "hexadecimal"),
            ("redis://h?sentinel_password=SECRET", "only query parameter"),
        ] as [(String, String)]
    )
    func aBadURLIsRefusedInOneLineWithoutItsSecrets(_ url: String, _ reason: String) throws {
        let error = try #require(throws: RedisURLError.self) { try RedisConfiguration(url: url) }
        let text = "\(error)"
        #expect(text.contains(reason), "\(text)")
        #expect(!text.contains("SEC") && !text.contains("RET"), "\(text)")
        #expect(!text.contains("\n"))
    }

    @Test(arguments: [
        "redis://:SECRET@h:1/2", "redis://u:SECRET@[::1]", "unix://u:SECRET@/r?db=1",
        "redis+sentinel://u:SECRET@h,i:1/main/1?sentinel_password=SECRET",
        "redis+sentinel://h/main?sentinel_password=SECRET",
    ])
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
