/// What a stored job means where a field is missing from its hash.
///
/// Part of the format of stored jobs, not of the configuration: jobs in Redis were written by the rule that these
/// values are left out, so they can never change. They only happen to equal the defaults of the configuration now.
enum StoredDefaults {
    static let priority = 5
    static let maxRetries = 3
    static let backoffBase = 2.0
    static let backoffCap: Duration = .seconds(3600)
    static let grace: Duration = .seconds(10)
    static let exitCodes = ExitCodes()
}
