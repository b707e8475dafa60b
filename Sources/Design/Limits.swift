/// The limits of an ACI release that bound the design (paper, scalability; later figures as published by Cisco).
public struct Limits: Hashable, Sendable {
    /// BGP peers of one leaf.
    public var peersPerLeaf: Int
    /// Border leaves of one L3Out.
    public var borderLeavesPerL3Out: Int
    /// LPM entries of one leaf in its smallest profile.
    public var lpmEntries: Int
    /// Next hops of one eBGP route by default.
    public var ecmpDefault: Int
    /// Next hops of one eBGP route at most.
    public var ecmpMaximum: Int
    /// Whether the figures were published for this very release, or are those of the nearest older one.
    public var isVerified: Bool

    /// The limits of a release such as `4.1(2)` or `6.1(2f)`; nil or an unknown text gives those of 4.2, not verified.
    ///
    /// Before 4.2 a leaf installs a single eBGP next hop; from 4.2 sixteen by default and 64 at most; 6.1(2) raises the
    /// peers of a leaf to 2,000.
    public static func of(release: String?) -> Limits {
        let version = release.map(numbers) ?? []
        func isAtLeast(_ other: [Int]) -> Bool { !version.lexicographicallyPrecedes(other) }
        let known = !version.isEmpty
        let ecmp = !known || isAtLeast([4, 2])
        return Limits(
            peersPerLeaf: known && isAtLeast([6, 1, 2]) ? 2000 : 400, borderLeavesPerL3Out: 12, lpmEntries: 20_000,
            ecmpDefault: ecmp ? 16 : 1, ecmpMaximum: ecmp ? 64 : 1,
            isVerified: [[4, 1, 2], [5, 1, 3], [6, 1, 2]].contains(version))
    }

    private static func numbers(_ release: String) -> [Int] {
        release.split { !$0.isNumber }.prefix(3).compactMap { Int($0) }
    }
}
