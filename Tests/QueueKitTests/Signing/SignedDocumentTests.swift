import Foundation
import Testing

@testable import QueueKit

/// What is signed, and how it is pushed.
@Suite struct SignedDocumentTests {
    private static let end = Timestamp(milliseconds: 1_900_000_000_000)
    private let keys = QueueKeys(namespace: "queuectl", queue: .default)

    /// Part of the contract: never changed. Made by docs/examples/sign.py.
    @Test func theSignatureIsTheOneOfTheContract() throws {
        let text = #"{"command":"echo \"hé\" \\ 'x'"}"#
        let key = try SigningKey(id: "k1", secret: Array(0..<32))
        let signature = JobSignature(of: text, id: try JobID("id1"), in: keys, validUntil: Self.end, by: key)
        let head = "queuectl-signed-job-v1\nk1\nqueuectl:{default}\nid1\n1900000000000\n"
        #expect(String(decoding: signature.message(for: try JobID("id1"), in: keys), as: UTF8.self) == head + text)
        #expect(
            HexText.format(signature.bytes) == "0c284cc41ec551d8703622f19c4b2df15d1487651dbb83abb0d1f24ae2f9317e"
        )
    }

    @Test func anEnvelopeComesBackAsTheSameDocument() throws {
        var generator = DocumentGenerator(seed: 21)
        var count = 0
        for _ in 0..<2000 {
            guard var document = try? JobDocument(json: generator.next()) else { continue }
            if document.id == nil { document.id = .generate() }
            let signed = try document.signed(by: Signer.key("one"), in: keys, validUntil: Self.end)
            let envelope = try #require(signed.envelope)
            #expect(try JobDocument(json: envelope, pushedTo: nil) == signed, "\(envelope)")
            let fields = (signed.signature?.fields ?? []).map { ($0.name, Array($0.value.utf8)) }
            let prepared = try JobDocument(id: try #require(signed.id), hashFields: fields)
            #expect(
                prepared.fields(configuration: .builtIn).map(\.value)
                    == signed.fields(configuration: .builtIn).map(\.value)
            )
            count += 1
        }
        #expect(count > 200)
    }

    /// A job that was stored as it was signed is not called changed, whatever the configuration says that it leaves open.
    @Test func whatIsStoredIsWhatWasSigned() throws {
        var generator = DocumentGenerator(seed: 22)
        var configuration = QueueConfiguration()
        configuration.jobTimeout = .seconds(77)
        configuration.grace = .seconds(3)
        configuration.priority = 2
        configuration.exitCodes.fatal = [99]
        let trusted = try SigningKeys([Signer.key("one")])
        var count = 0
        for _ in 0..<2000 {
            guard let document = try? JobDocument(json: generator.next(), pushedTo: .default) else { continue }
            let signed = try document.signed(by: trusted.first, in: keys, validUntil: Self.end)
            let fields = signed.fields(configuration: configuration).map { ($0.name, Array($0.value.utf8)) }
            let job = Job(
                id: try #require(signed.id),
                queue: .default,
                fields: fields + [("state", Array("pending".utf8))]
            )
            #expect(job.corrupt == nil && job.unknownFields == [])
            let now = Timestamp(milliseconds: Self.end.milliseconds - 1)
            do throws(SignatureProblem) {
                try trusted.verify(job, in: keys, at: now)
            } catch {
                Issue.record("\(error): \(signed.signature?.text ?? "")")
            }
            count += 1
        }
        #expect(count > 200)
    }

    private func refusal(_ change: (inout [String: JSONValue]) -> Void) -> String {
        var members: [String: JSONValue] = [
            "id": .string("a"), "signed": .string(#"{"command":"true"}"#), "key_id": .string("k"),
            "valid_until": .number("1900000000000"), "signature": .string(String(repeating: "0", count: 64)),
        ]
        change(&members)
        do throws(DocumentError) {
            _ = try JobDocument(
                value: .object(members.map { JSONMember(name: $0.key, value: $0.value) }),
                pushedTo: .default
            )
            return ""
        } catch {
            return error.description
        }
    }

    @Test func malformedEnvelopesAreExplained() {
        let time = "give whole milliseconds since the epoch, as they were signed"
        let hex = "give the 64 hex digits of an HMAC-SHA256, in lower case"
        let rows: [(String, (inout [String: JSONValue]) -> Void)] = [
            ("", { _ in }),
            ("id: is missing, and a signed job needs it; give 1...128 letters, digits, _ . or -", { $0["id"] = nil }),
            (
                "key_id: is missing, and a signed job needs it; give 1...64 letters, digits, _ . or -",
                { $0["key_id"] = nil }
            ),
            ("valid_until: is missing, and a signed job needs it; \(time)", { $0["valid_until"] = nil }),
            ("signature: is missing, and a signed job needs it; \(hex)", { $0["signature"] = nil }),
            ("valid_until: 1.9e12 is not such a time; \(time)", { $0["valid_until"] = .number("1.9e12") }),
            ("valid_until: \"soon\" is not such a time; \(time)", { $0["valid_until"] = .string("soon") }),
            ("valid_until: 0 is not such a time; \(time)", { $0["valid_until"] = .number("0") }),
            ("signature: \"00\" is not a signature; \(hex)", { $0["signature"] = .string("00") }),
            (
                "key_id: \"a b\" is no id of a key; give 1...64 letters, digits, _ . or -",
                { $0["key_id"] = .string("a b") }
            ),
            ("signed: {} is not a string; give the document of the job as a string", { $0["signed"] = .object([]) }),
            ("signed: command: is missing; give command, argv or task", { $0["signed"] = .string("{}") }),
            (
                "priority: is not a field of a signed job; put it into the document that is signed",
                { $0["priority"] = .number("1") }
            ),
            (
                "signed: priority: 11 is out of range; give 0...10",
                { $0["signed"] = .string(#"{"command":"true","priority":11}"#) }
            ),
            (
                "id: \"a\" is not the id in the document, \"b\"; give 1...128 letters, digits, _ . or -",
                { $0["signed"] = .string(#"{"id":"b","command":"true"}"#) }
            ),
            (
                "queue: \"x\" is not \"default\", where it was pushed; push it there, or leave the field out",
                { $0["queue"] = .string("x") }
            ),
            ("v: 2 is not a version this release knows; give 1", { $0["v"] = .number("2") }),
            (
                "signed: what is signed is a signed job itself",
                { members in
                    let inner = JSONValue.object(members.map { JSONMember(name: $0.key, value: $0.value) })
                    members["signed"] = .string(inner.text)
                }
            ),
            (
                "signature: belongs to a signed job, and there is no signed; give all of signed, id, key_id, valid_until and signature, or none",
                { $0 = ["command": .string("true"), "signature": .string("x")] }
            ),
        ]
        for (why, change) in rows { #expect(refusal(change) == why) }
    }
}
