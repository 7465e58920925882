/// What jobs are to be looked for by; all of it has to hold.
public struct JobFilter: Sendable, Hashable {
    /// Labels that the job has.
    public var tags: [String] = []
    /// Values that stand in its `meta`.
    public var meta: [MetaValue] = []

    /// A value in `meta`.
    public struct MetaValue: Sendable, Hashable {
        /// The name of a member, or a path with dots between names.
        public var path: String
        /// The value, a string, a number or a boolean, as text.
        public var text: String

        /// Names a value.
        public init(path: String, text: String) {
            self.path = path
            self.text = text
        }
    }

    /// Makes a filter that lets every job pass.
    public init() {}

    /// Whether it lets every job pass.
    public var isEmpty: Bool { tags.isEmpty && meta.isEmpty }
}
