import Synchronization

extension JobID {
    private static let generator = Mutex(ULIDGenerator())

    /// Makes a new id, a ULID. Within this process ids rise, so that they sort in the order they were made.
    public static func generate(at time: Timestamp = .now()) -> JobID {
        // In an existential, since by itself it is of no size: the thread sanitizer follows the address that such a value lacks.
        var random: any RandomNumberGenerator = SystemRandomNumberGenerator()
        return JobID(ulid: generator.withLock { $0.next(at: time, using: &random) })
    }

    /// Makes a new id from a generator and a source of randomness of the caller's.
    public static func generate(
        at time: Timestamp,
        from generator: inout ULIDGenerator,
        using random: inout some RandomNumberGenerator
    ) -> JobID {
        JobID(ulid: generator.next(at: time, using: &random))
    }
}
