/// What a leaf says of its own capacity (aci.md 3.5).
public struct LeafCapacity: Hashable, Sendable {
    /// LPM entries that its active profile offers (`configprofileEntity.lpm`).
    public var lpmLimit: Int?
    /// LPM entries in use.
    public var lpmUsed: Int?
    /// The active forwarding scale profile (`topoctrlFwdScaleProf.currentProfile`).
    public var profile: String?

    /// A capacity from its parts.
    public init(lpmLimit: Int? = nil, lpmUsed: Int? = nil, profile: String? = nil) {
        self.lpmLimit = lpmLimit
        self.lpmUsed = lpmUsed
        self.profile = profile
    }
}
