import RedisClient
import TestSupport
import Testing

/// Whatever is given as a URL: it is read or refused in one line, and no password is shown.
@Suite(.timeLimit(.minutes(3))) struct URLFuzzTests {
    private static let seeds = [
        "redis://user:SECRET@host:6379/3", "redis://:SECRET@[fe80::1%25eth0]:1?db=2", "unix://:SECRET@/run/r.sock?db=1",
        "redis+unix://u:SECRET@/r", "redis+sentinel://u:SECRET@h:1,[::1]:2,i/main/4?sentinel_password=SECRET",
        "redis-sentinel://:SECRET@h/main?sentinel_password=SECRET&db=1", "rediss://:SECRET@h",
        "rediss+sentinel://u:SECRET@h/main?tls_ca=/a%20b&tls_server_name=n&tls_insecure=yes&db=1",
    ]
    private static let tokens = [
        "@", ":", "/", "//", "?", "&", "=", "%", "%0", "%zz", "%00", "%ff", "%40", "[", "]", ",", "#", " ", "\n", "\0",
        "db=",
        "sentinel_password=", "65536", "-1", "99999999999999999999", "é", "\u{301}", "🙂", "redis", "://", "",
    ]

    private static func damage(_ url: inout [Character], _ random: inout some RandomNumberGenerator) {
        let at = Int.random(in: 0...url.count, using: &random)
        let token = tokens.randomElement(using: &random) ?? ""
        switch Int.random(in: 0..<4, using: &random) {
        case 0: url.insert(contentsOf: token, at: at)
        case 1 where at < url.count: url.replaceSubrange(at...at, with: token)
        case 2: url.removeSubrange(at..<min(at + Int.random(in: 0...3, using: &random), url.count))
        default: url.swapAt(min(at, url.count - 1), Int.random(in: 0..<url.count, using: &random))
        }
        if url.isEmpty { url = ["x"] }
    }

    @Test func anyURLIsReadOrRefusedAndNoPasswordIsShown() {
        var random = SeededGenerator(seed: 3)
        let seeds = Self.seeds.map(Array.init)
        var (read, refused) = (0, 0)
        for _ in 0..<100_000 {
            var characters = seeds.randomElement(using: &random) ?? []
            for _ in 0...Int.random(in: 0...2, using: &random) { Self.damage(&characters, &random) }
            let url = String(characters)
            do throws(RedisURLError) {
                let configuration = try RedisConfiguration(url: url)
                read += 1
                expectSecrecy(of: configuration, url)
            } catch {
                refused += 1
                let text = error.description
                if text.contains("SECRE") || text.contains("ECRET") || text.utf8.contains(where: { $0 < 0x20 }) {
                    Issue.record("\(url.debugDescription): \(text)")
                }
            }
        }
        #expect(read > 10_000 && refused > 10_000, "\(read) read, \(refused) refused")
    }

    private func expectSecrecy(of configuration: RedisConfiguration, _ url: String) {
        // With the characters around it gone, what was the password is the host, or the name of the primary.
        let place = "\(configuration.address)\(configuration.username ?? "")"
        for secret in [configuration.password, configuration.sentinelPassword].compactMap(\.self)
        where secret.count > 3 && !place.contains(secret) {
            if "\(configuration)".contains(secret) { Issue.record("\(url.debugDescription): \(configuration)") }
        }
    }
}
