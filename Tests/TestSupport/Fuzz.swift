import Glibc

/// Runs a check on many cases that are made of seeded randomness: the same ones in every run.
///
/// Each case has randomness of its own, so that one can be repeated alone: `FUZZ_SEED=6 FUZZ_FIRST=4711 FUZZ_CASES=1`, and more
/// can be tried than `make test` has time for: `FUZZ_SEED=$RANDOM FUZZ_CASES=10000000`. Where a case traps or hangs, its seed
/// and number are the last thing that the process says.
public enum Fuzz {
    /// After so many failures more would say nothing new.
    private static let enough = 10

    /// Runs the cases. Throws if some failed, saying which.
    ///
    /// - Parameters:
    ///   - name: What is tested, for messages.
    ///   - check: Says what is wrong in a case, or nil. An error that it throws is wrong too.
    public static func run(
        _ name: StaticString,
        seed: UInt64,
        cases: Int = 100_000,
        _ check: (inout SeededGenerator) throws -> String?
    ) throws {
        let seed = setting("FUZZ_SEED") ?? seed
        let first = Int(setting("FUZZ_FIRST") ?? 0)
        let count = setting("FUZZ_CASES").map { Int($0) } ?? cases
        let watch = try FuzzWatch(name, seed: seed)
        defer { watch.end() }
        var failures: [String] = []
        for number in first..<first + count where failures.count < enough {
            watch.begin(number)
            var random = SeededGenerator(seed: seed &+ UInt64(number) &* 0xd134_2543_de82_ef95)
            do {
                if let problem = try check(&random) { failures.append("case \(number): \(problem)") }
            } catch {
                failures.append("case \(number) threw \(error)")
            }
        }
        guard failures.isEmpty else {
            throw FixtureError("\(name), seed \(seed): \(failures.joined(separator: "\n"))")
        }
    }

    private static func setting(_ name: String) -> UInt64? {
        getenv(name).flatMap { UInt64(String(cString: $0)) }
    }
}
