import Foundation
import TestSupport
import Testing

@testable import QueueKit

/// Files of keys: what is in them, and why one is refused.
@Suite struct SigningKeysTests {
    private static let secret = String(repeating: "0a", count: 32)

    private func problem(_ text: String) -> String? {
        do throws(SigningKeyError) {
            _ = try SigningKeys(text: Array(text.utf8))
            return nil
        } catch {
            #expect(!error.description.contains(Self.secret), "a secret is shown")
            return error.description
        }
    }

    @Test func theFirstSignsAndAllAreKnown() throws {
        let text = "# ours\n\nnew-1 \(Self.secret)\r\n\told.2\t\(Self.secret.uppercased())FF\n"
        let keys = try SigningKeys(text: Array(text.utf8))
        #expect(keys.first.id == "new-1" && keys.ids == ["new-1", "old.2"] && keys["other"] == nil)
    }

    @Test(
        arguments: [
            ("", "there is no key in it; give lines of an id and a secret in hex"),
            ("a", "line 1 is no key; give its id and its secret in hex (openssl rand -hex 32)"),
            ("\na \(secret) b", "line 2 is no key; give its id and its secret in hex (openssl rand -hex 32)"),
            ("a \(secret)0", "line 1 is no key; give its id and its secret in hex (openssl rand -hex 32)"),
            ("a 0x\(secret)", "line 1 is no key; give its id and its secret in hex (openssl rand -hex 32)"),
            ("a 0a", "line 1: the secret has 1 bytes; give 32...64"),
            ("a \(secret)\(secret)00", "line 1: the secret has 65 bytes; give 32...64"),
            ("a/b \(secret)", "line 1: \"a/b\" is no id of a key; give 1...64 letters, digits, _ . or -"),
            ("a \(secret)\na \(secret)", "a key stands there twice; give each id once"),
        ] as [(String, String)]
    )
    func whatIsWrongIsSaidWithoutTheSecret(text: String, why: String) { #expect(problem(text) == why) }

    @Test func aFileThatOthersCanReadIsRefused() throws {
        let path = "\(try TemporaryFolder().path)-keys"
        try "a \(Self.secret)\n".write(toFile: path, atomically: false, encoding: .utf8)
        defer { unlink(path) }
        for (mode, isFine) in [(0o600, true), (0o400, true), (0o640, true), (0o644, false), (0o660, false)] {
            chmod(path, mode_t(mode))
            do throws(SigningKeyError) {
                _ = try SigningKeys(path: path)
                #expect(isFine, "mode \(mode)")
            } catch {
                let why = "others can read it, or the group can change it; chmod g-w,o= it"
                #expect(!isFine && error.description == "Cannot use the signing keys \(path): \(why)")
            }
        }
        #expect(throws: SigningKeyError.self) { try SigningKeys(path: "/nowhere") }
    }
}
