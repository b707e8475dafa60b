/// What a leaf says of its own capacity (aci.md 3.5).
public struct LeafCapacity: Hashable, Sendable {
    /// LPM entries that its active profile offers (`configprofileEntity.lpm`).
    public var lpmLimit: Int?
    /// LPM entries in use.
    public var lpmUsed: Int?
    /// What the fabric's own statistics say of the use (`eqptcapacityPrefixEntries5min.extNormalizedLast`): a count in
    /// some sources, per cent of the limit in others.
    public var lpmUseTold: Double?
    /// The active forwarding scale profile (`topoctrlFwdScaleProf.currentProfile`).
    public var profile: String?

    /// A capacity from its parts.
    public init(lpmLimit: Int? = nil, lpmUsed: Int? = nil, lpmUseTold: Double? = nil, profile: String? = nil) {
        self.lpmLimit = lpmLimit
        self.lpmUsed = lpmUsed
        self.lpmUseTold = lpmUseTold
        self.profile = profile
    }

    /// The capacity with what a later answer adds; answers come one fact at a time.
    public func merging(_ later: LeafCapacity) -> LeafCapacity {
        LeafCapacity(
            lpmLimit: later.lpmLimit ?? lpmLimit, lpmUsed: later.lpmUsed ?? lpmUsed,
            lpmUseTold: later.lpmUseTold ?? lpmUseTold, profile: later.profile ?? profile)
    }

    /// LPM entries in use, with the routing table as the witness between the two readings of ``lpmUseTold``.
    ///
    /// - Parameter routes: the routes of the tables that were read, a part of what the leaf holds; nil: none was read.
    /// - Returns: nil where nothing decides.
    public func lpmInUse(routes: Int?) -> Int? {
        if let lpmUsed { return lpmUsed }
        guard let told = lpmUseTold, told >= 0, told.isFinite, told < 1e12 else { return routes }
        // Above a hundred it is a count, unless the tables that were read hold more: then the fabric counts past its limit.
        if told > 100 { return max(Int(told.rounded()), routes ?? 0) }
        guard let lpmLimit, let routes else { return routes }
        let share = Int((told * Double(lpmLimit) / 100).rounded())
        let count = Int(told.rounded())
        return abs(share - routes) < abs(count - routes) ? share : max(count, routes)
    }
}
