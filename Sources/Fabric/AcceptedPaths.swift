/// What a leaf accepted from each of its neighbors, for one VRF and family: the paths of its BGP table that came over
/// eBGP (`bgpPath`, aci.md 3.3; over ssh `show bgp ipv4 unicast vrf`, aci.md 6.4).
///
/// A prefix that the import route map denied has no path; one that other paths are preferred to has one.
public struct AcceptedPaths: Sendable, Hashable {
    /// The VRF, nil where the answer named none.
    public let vrf: String?
    /// The family of every prefix.
    public let family: AddressFamily
    /// By neighbor, what was accepted from it: ascending, each prefix once. A neighbor without a path is not in it.
    public let prefixes: [IPAddress: PrefixColumn]

    /// Paths from their parts, the prefixes in any order; those of another family are left out.
    public init(vrf: String?, family: AddressFamily, prefixes: [IPAddress: [IPPrefix]]) {
        self.vrf = vrf
        self.family = family
        self.prefixes = prefixes.compactMapValues { list in
            let isSorted = zip(list, list.dropFirst()).allSatisfy { $0 < $1 }
            var column = PrefixColumn(family)
            column.reserveCapacity(list.count)
            for prefix in isSorted ? list : list.sorted() where column.last != prefix { column.append(prefix) }
            return column.isEmpty ? nil : column
        }
    }

    /// The number of paths.
    public var count: Int { prefixes.values.reduce(0) { $0 + $1.count } }
}
