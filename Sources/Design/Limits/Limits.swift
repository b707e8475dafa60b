/// What is bounded.
public enum LimitKind: String, Hashable, Sendable, CaseIterable {
    /// BGP peers of one leaf, every VRF counted.
    case peersPerLeaf = "peers per leaf"
    /// BGP peers of the fabric.
    case peersPerFabric = "peers per fabric"
    /// L3Outs on one leaf.
    case l3outsPerLeaf = "L3Outs per leaf"
    /// Border leaves of one L3Out.
    case borderLeavesPerL3Out = "border leaves per L3Out"
    /// Anchor leaves of one L3Out with floating SVI.
    case anchorLeavesPerL3Out = "anchor leaves per L3Out"
    /// LPM entries of one leaf.
    case lpmPerLeaf = "LPM entries per leaf"
    /// Next hops of one eBGP route without a policy.
    case ecmpDefault = "next hops per route by default"
    /// Next hops of one eBGP route that a policy can ask for.
    case ecmpMaximum = "next hops per route at most"
    /// External EPGs of one L3Out.
    case externalEPGsPerL3Out = "external EPGs per L3Out"
}

/// A leaf's forwarding scale profile (`topoctrlFwdScaleProfilePol.profType`).
public enum ForwardingProfile: String, Hashable, Sendable, CaseIterable {
    /// The default: 20,000 LPM entries, endpoints of both families.
    case dualStack = "dual-stack"
    /// 38,000 LPM entries, more endpoints of both families, fewer policies.
    case highDualStack = "high-dual-stack"
    /// 38,000 LPM entries, no IPv6 endpoints.
    case ipv4
    /// 128,000 LPM entries, fewer policies.
    case highLPM = "high-lpm"
    /// Its LPM figure is the leaf's own alone (`configprofileEntity.lpm`).
    case maxLPM = "max-lpm"
    /// More policies; its LPM figure is the leaf's own alone.
    case highPolicy = "high-policy"
    /// More IPv4 endpoints; its LPM figure is the leaf's own alone.
    case highIPv4Endpoints = "high-ipv4-ep"
    /// More multicast routes; its LPM figure is the leaf's own alone.
    case multicastHeavy = "mcast-heavy"
}

/// A limit with where it comes from.
public struct LimitFigure: Hashable, Sendable {
    /// The figure.
    public var value: Int
    /// The release that it was published for.
    public var release: String
    /// Who published it.
    public var source: String
    /// Whether it was published for the very release that was asked for, or is that of the nearest older one.
    public var isVerified: Bool

    /// Where it comes from in one line.
    public var origin: String {
        isVerified ? "\(release), \(source)" : "\(release), \(source); not verified for this release"
    }
}

/// The limits of an ACI release that bound the design (paper, scalability; later figures as published).
public struct Limits: Hashable, Sendable {
    /// The release that was asked for; nil: unknown, taken for 4.2.
    public var release: String?
    /// The profile that LPM is told for.
    public var profile: ForwardingProfile
    /// Every figure that is known for the release.
    public var figures: [LimitKind: LimitFigure]
    /// Whether the figures were published for this very release, or are those of the nearest older one.
    public var isVerified: Bool

    /// BGP peers of one leaf.
    public var peersPerLeaf: Int { figures[.peersPerLeaf]?.value ?? 400 }
    /// Border leaves of one L3Out.
    public var borderLeavesPerL3Out: Int { figures[.borderLeavesPerL3Out]?.value ?? 12 }
    /// LPM entries of one leaf; a profile without a published figure counts as the smallest.
    public var lpmEntries: Int { figures[.lpmPerLeaf]?.value ?? 20_000 }
    /// Next hops of one eBGP route by default.
    public var ecmpDefault: Int { figures[.ecmpDefault]?.value ?? 16 }
    /// Next hops of one eBGP route at most.
    public var ecmpMaximum: Int { figures[.ecmpMaximum]?.value ?? 64 }

    /// The limits of a release such as `4.1(2)` or `6.1(2f)`; nil or an unknown text gives those of 4.2, not verified.
    ///
    /// A release without a row takes the figure of the nearest older one (aci.md 7.2).
    public static func of(release: String?, profile: ForwardingProfile = .dualStack) -> Limits {
        let told = release.map(numbers) ?? []
        let version = told.isEmpty ? [4, 2] : told
        var figures: [LimitKind: LimitFigure] = [:]
        for kind in LimitKind.allCases {
            let rows = LimitRow.all.filter { $0.kind == kind && ($0.profile ?? profile) == profile }
            let older = rows.filter { !version.lexicographicallyPrecedes($0.version) }
            guard let row = older.last ?? rows.first(where: { $0.version == [4, 1, 2] }) else { continue }
            figures[kind] = LimitFigure(
                value: row.value, release: row.release, source: row.source,
                isVerified: !told.isEmpty && told.starts(with: row.version))
        }
        let published = [[4, 1, 2], [5, 1, 3], [6, 1, 2]]
        return Limits(release: release, profile: profile, figures: figures, isVerified: published.contains(told))
    }

    /// Whether a release is at least another; nil where it cannot be read.
    public static func isRelease(_ release: String?, atLeast other: String) -> Bool? {
        guard let release else { return nil }
        let version = numbers(release)
        return version.isEmpty ? nil : !version.lexicographicallyPrecedes(numbers(other))
    }

    fileprivate static func numbers(_ release: String) -> [Int] {
        release.split { !$0.isNumber }.prefix(3).compactMap { Int($0) }
    }
}

/// A published figure.
struct LimitRow {
    let kind: LimitKind
    /// The oldest release that it holds for.
    let release: String
    let version: [Int]
    let profile: ForwardingProfile?
    let value: Int
    let source: String

    private init(
        _ kind: LimitKind, _ release: String, _ value: Int, _ source: String, profile: ForwardingProfile? = nil
    ) {
        self.kind = kind
        self.release = release
        version = Limits.numbers(release)
        self.value = value
        self.source = source
        self.profile = profile
    }

    private static let paper = "ACI Calico white paper, scalability"
    private static let nkt = "nkt, the later design's own code"
    private static let cilium = "Cilium on ACI design, tested scale"
    private static let scaleProfiles = "APIC forwarding scale profile policy"

    /// Every figure, older releases first (aci.md 7.2).
    static let all: [LimitRow] = [
        LimitRow(.peersPerLeaf, "4.1(2)", 400, paper), LimitRow(.peersPerLeaf, "5.1(3)", 400, nkt),
        LimitRow(.peersPerLeaf, "6.1(2)", 2000, cilium + " (70,000 external prefixes, single path)"),
        LimitRow(.peersPerFabric, "6.1(2)", 20_000, cilium),
        LimitRow(.l3outsPerLeaf, "4.1(2)", 400, paper),
        LimitRow(.borderLeavesPerL3Out, "4.1(2)", 12, paper),
        LimitRow(.anchorLeavesPerL3Out, "6.1(2)", 6, cilium),
        LimitRow(.lpmPerLeaf, "4.1(2)", 20_000, scaleProfiles, profile: .dualStack),
        LimitRow(.lpmPerLeaf, "4.1(2)", 38_000, scaleProfiles, profile: .highDualStack),
        LimitRow(.lpmPerLeaf, "4.1(2)", 38_000, scaleProfiles, profile: .ipv4),
        LimitRow(.lpmPerLeaf, "4.1(2)", 128_000, scaleProfiles, profile: .highLPM),
        LimitRow(.ecmpDefault, "4.1(2)", 1, paper + ", note on eBGP next hops"),
        LimitRow(.ecmpDefault, "4.2", 16, cilium), LimitRow(.ecmpMaximum, "4.1(2)", 1, paper),
        LimitRow(.ecmpMaximum, "4.2", 64, cilium + " (lower with some profiles)"),
        LimitRow(.externalEPGsPerL3Out, "6.1(2)", 250, cilium),
    ]
}
