import QueueKit
import Testing

/// What a document may say of exit codes and limits.
@Suite struct OutcomeFieldTests {
    @Test func everyFieldIsTakenFromJSON() throws {
        let document = try JobDocument(
            json: """
                {"command":"x","success_codes":[3,0,3],"fatal_codes":[4],"snooze_codes":{"75":"10m","76":1.5},
                 "retry_on_other_host":true,"memory":"512MiB","cpu_seconds":60,"nice":5,"open_files":256}
                """
        )
        var expected = JobDocument(command: "x")
        expected.successCodes = [0, 3]
        expected.fatalCodes = [4]
        expected.snoozeCodes = [75: .seconds(600), 76: .milliseconds(1500)]
        expected.retryOnOtherHost = true
        expected.memory = 512 << 20
        expected.cpuSeconds = 60
        expected.nice = 5
        expected.openFiles = 256
        #expect(document == expected)
        #expect(try document.validated() == expected)
    }

    @Test func aPreparedHashHoldsTheSameAsText() throws {
        let fields = [
            ("command", "x"), ("success_codes", "[0,3]"), ("fatal_codes", "[]"), ("snooze_codes", #"{"75":600}"#),
            ("retry_on_other_host", "false"), ("memory", "1048576"), ("cpu_seconds", "1"), ("nice", "0"),
            ("open_files", "16"),
        ]
        let document = try JobDocument(id: JobID("a"), hashFields: fields.map { ($0.0, Array($0.1.utf8)) })
        #expect(document.successCodes == [0, 3] && document.fatalCodes == [])
        #expect(document.snoozeCodes == [75: .seconds(600)] && document.retryOnOtherHost == false)
        #expect(document.memory == 1 << 20 && document.cpuSeconds == 1 && document.nice == 0)
        #expect(document.openFiles == 16)
    }

    private static let codes = "give an array of exit codes, 0...255"
    private static let waits = #"give an object such as {"75":"10m"}: exit codes, 0...255, and waits of up to 30d"#
    private static let size = "give bytes, or a size such as 512MiB, from 1MiB to 16TiB"

    @Test(
        arguments: [
            (#""success_codes":[]"#, "success_codes: [] is empty: the job could never be done; \(codes)"),
            (#""success_codes":0"#, "success_codes: 0 is not an array; \(codes)"),
            (#""success_codes":[0,256]"#, "success_codes[1]: 256 is out of range; \(codes)"),
            (#""success_codes":[-1]"#, "success_codes[0]: -1 is out of range; \(codes)"),
            (#""fatal_codes":["4"]"#, #"fatal_codes[0]: "4" is not a whole number; \#(codes)"#),
            (#""fatal_codes":[4.5]"#, "fatal_codes[0]: 4.5 is not a whole number; \(codes)"),
            (#""fatal_codes":null"#, "fatal_codes: null is not an array; \(codes)"),
            (#""snooze_codes":[75]"#, "snooze_codes: [75] is not an object; \(waits)"),
            (#""snooze_codes":{"075":1}"#, #"snooze_codes: "075" is not an exit code; \#(waits)"#),
            (#""snooze_codes":{"256":1}"#, #"snooze_codes: "256" is not an exit code; \#(waits)"#),
            (#""snooze_codes":{"x":1}"#, #"snooze_codes: "x" is not an exit code; \#(waits)"#),
            (#""snooze_codes":{"75":"10"}"#, #"snooze_codes.75: "10" has no unit; \#(waits)"#),
            (#""snooze_codes":{"75":0}"#, "snooze_codes.75: 0 is out of range; \(waits)"),
            (#""snooze_codes":{"75":"31d"}"#, #"snooze_codes.75: "31d" is out of range; \#(waits)"#),
            (
                #""fatal_codes":[0]"#,
                "fatal_codes: 0 means success unless success_codes says otherwise; give success_codes without it"
            ),
            (
                #""snooze_codes":{"0":1}"#,
                "snooze_codes: 0 means success unless success_codes says otherwise; give success_codes without it"
            ),
            (
                #""success_codes":[3,4],"fatal_codes":[4,3]"#,
                "fatal_codes: 3 is in success_codes too; give each code once"
            ),
            (
                #""success_codes":[75],"snooze_codes":{"75":1}"#,
                "snooze_codes: 75 is in success_codes too; give each code once"
            ),
            (
                #""fatal_codes":[75],"snooze_codes":{"75":1}"#,
                "snooze_codes: 75 is in fatal_codes too; give each code once"
            ),
            (#""retry_on_other_host":1"#, "retry_on_other_host: 1 is not true or false; give true or false"),
            (#""memory":1048575"#, "memory: 1048575 is out of range; \(size)"),
            (#""memory":"17TiB""#, "memory: 18691697672192 is out of range; \(size)"),
            (#""memory":"512MB""#, #"memory: "512MB" is not a size; \#(size)"#),
            (#""memory":1.5"#, "memory: 1.5 is not a size; \(size)"),
            (#""cpu_seconds":0"#, "cpu_seconds: 0 is out of range; give 1...31536000"),
            (#""cpu_seconds":"1m""#, #"cpu_seconds: "1m" is not a whole number; give 1...31536000"#),
            (#""nice":20"#, "nice: 20 is out of range; give 0...19"),
            (#""nice":-1"#, "nice: -1 is out of range; give 0...19"),
            (#""open_files":3"#, "open_files: 3 is out of range; give 16...1048576"),
        ] as [(String, String)]
    )
    func valuesOutOfPlaceAreRefused(member: String, message: String) {
        Refusal(#"{"command":"x",\#(member)}"#, message).check()
    }

    @Test func builtDocumentsPassTheSameChecks() throws {
        var document = JobDocument(command: "x")
        document.successCodes = [0]
        document.snoozeCodes = [300: .seconds(1)]
        #expect { try document.validated() } throws: { "\($0)".hasPrefix("snooze_codes: 300 is out of range") }
        document.snoozeCodes = [3: .zero]
        #expect { try document.validated() } throws: { "\($0)".hasPrefix("snooze_codes.3: 0s is out of range") }
        document.snoozeCodes = [3: .seconds(1)]
        #expect(try document.validated() == document)
    }

    @Test func zeroMayBeAFailureIfSuccessSaysSo() throws {
        let document = try JobDocument(json: #"{"command":"x","success_codes":[1],"fatal_codes":[0]}"#)
        let job = try stored(document)
        #expect(job.exitCodes.meaning(of: 0) == .fatal && job.exitCodes.meaning(of: 1) == .success)
    }

    // What is stored, and what it takes from the configuration.

    private func fields(_ json: String, _ configured: [String: String] = [:]) throws -> [String] {
        let configuration = QueueConfiguration(stored: configured)
        return try JobDocument(json: json).fields(configuration: configuration).dropFirst(3).map {
            "\($0.name)=\($0.value)"
        }
    }

    private func stored(_ document: JobDocument) throws -> Job {
        let fields = document.fields(configuration: QueueConfiguration()).map { ($0.name, Array($0.value.utf8)) }
        return Job(id: try JobID("a"), queue: .default, fields: fields)
    }

    @Test func whatIsStoredReadsBackAsTheSameJob() throws {
        let json = """
            {"command":"x","success_codes":[3,0],"fatal_codes":[4],"snooze_codes":{"76":"1h","75":600},
             "retry_on_other_host":true,"memory":1048576,"cpu_seconds":60,"nice":0,"open_files":256}
            """
        #expect(
            try fields(json) == [
                "success_codes=[0,3]", "fatal_codes=[4]", #"snooze_codes={"75":"10m","76":"1h"}"#,
                "retry_on_other_host=true", "memory=1048576", "cpu_seconds=60", "nice=0", "open_files=256",
            ]
        )
        let job = try stored(try JobDocument(json: json))
        #expect(job.corrupt == nil && job.unknownFields == [])
        #expect(job.exitCodes.success == [0, 3] && job.exitCodes.fatal == [4])
        #expect(job.exitCodes.snooze == [75: .seconds(600), 76: .seconds(3600)])
        #expect(job.retryOnOtherHost && job.memory == 1 << 20 && job.cpuSeconds == 60)
        #expect(job.nice == 0 && job.openFiles == 256)
        #expect(
            job.json.contains(
                #""success_codes":[0,3],"fatal_codes":[4],"snooze_codes":{"75":600,"76":3600},"retry_on_other_host":true,"#
                    + #""memory":1048576,"cpu_seconds":60,"nice":0,"open_files":256"#
            )
        )
    }

    @Test func defaultsAreNotStored() throws {
        #expect(try fields(#"{"command":"x"}"#).isEmpty)
        #expect(
            try fields(
                #"{"command":"x","success_codes":[0],"fatal_codes":[],"snooze_codes":{},"retry_on_other_host":false}"#
            ).isEmpty
        )
    }

    private static let configured = ["success-codes": "0,3", "fatal-codes": "4", "snooze-codes": "75=10m"]

    @Test(
        arguments: [
            ("", ["success_codes=[0,3]", "fatal_codes=[4]", #"snooze_codes={"75":"10m"}"#]),
            // A set that is given replaces the configured one as a whole.
            (#","success_codes":[0,5]"#, ["success_codes=[0,5]", "fatal_codes=[4]", #"snooze_codes={"75":"10m"}"#]),
            (#","fatal_codes":[]"#, ["success_codes=[0,3]", #"snooze_codes={"75":"10m"}"#]),
            (#","snooze_codes":{}"#, ["success_codes=[0,3]", "fatal_codes=[4]"]),
            // And what it names is taken out of the other configured ones.
            (#","fatal_codes":[3]"#, ["fatal_codes=[3]", #"snooze_codes={"75":"10m"}"#]),
            (#","success_codes":[0,4]"#, ["success_codes=[0,4]", #"snooze_codes={"75":"10m"}"#]),
            (#","snooze_codes":{"4":1,"3":1}"#, [#"snooze_codes={"3":"1s","4":"1s"}"#]),
        ] as [(String, [String])]
    )
    func theConfigurationFillsInAndNeverContradicts(member: String, expected: [String]) throws {
        #expect(try fields(#"{"command":"x"\#(member)}"#, Self.configured) == expected)
    }

    @Test func aStoredCodeWithTwoMeaningsIsDamage() throws {
        let fields = [("command", "x"), ("state", "pending"), ("fatal_codes", "[0]")]
        let job = Job(id: try JobID("a"), queue: .default, fields: fields.map { ($0.0, Array($0.1.utf8)) })
        #expect(job.corrupt == "0 is in success_codes and in fatal_codes")
    }
}
