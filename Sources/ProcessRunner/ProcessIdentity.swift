import CSpawn

/// A user and groups that a run is to have. Only a worker of root can give them.
public struct ProcessIdentity: Sendable, Hashable {
    /// The most further groups.
    public static let groupLimit = Int(QC_GROUPS)

    /// The number of the user.
    public var user: UInt32
    /// The number of its group.
    public var group: UInt32
    /// The numbers of its further groups; what is beyond ``groupLimit`` is left out.
    public var groups: [UInt32]

    /// Describes a user. Nothing is looked up.
    public init(user: UInt32, group: UInt32, groups: [UInt32] = []) {
        self.user = user
        self.group = group
        self.groups = groups
    }
}

extension qc_identity {
    /// Nil: the worker's own.
    init(_ identity: ProcessIdentity?) {
        self.init()
        guard let identity else { return }
        is_set = 1
        user = identity.user
        group = identity.group
        let kept = identity.groups.prefix(ProcessIdentity.groupLimit)
        group_count = UInt32(kept.count)
        withUnsafeMutableBytes(of: &groups) { bytes in
            for (at, group) in kept.enumerated() { bytes.storeBytes(of: group, toByteOffset: at * 4, as: UInt32.self) }
        }
    }
}
