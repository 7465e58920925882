/// A value of a YAML file, and where it begins.
package struct YAMLNode: Sendable {
    /// What it is.
    package indirect enum Content: Sendable {
        /// A text; `isPlain` if it stands without quotes, and so may be meant as a number or a boolean.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        /// Names are unique.
        case mapping([YAMLMember])
    }

    /// What it is.
    package let content: Content
    /// The line that it begins on, from 1.
    package let line: Int

    /// What it is, for messages.
    package var kind: String {
        switch content {
        case .scalar: "a value"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// One name and value of a mapping.
package struct YAMLMember: Sendable {
    package let name: String
    /// The line of the name, from 1.
    package let line: Int
    package let value: YAMLNode
}

/// Why a text is no YAML file that is accepted.
package struct YAMLError: Error, Sendable, Equatable {
    /// The line, from 1.
    package let line: Int
    /// What is wrong there.
    package let reason: String
}
