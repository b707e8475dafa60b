/// One next hop of a route in a leaf's RIB: a `*via` line of `show ip route`.
public struct NextHop: Hashable, Sendable {
    /// The address, nil for `Null0`.
    public var address: IPAddress?
    /// The VRF after `%` where it is not the table's own.
    public var vrf: String?
    /// The interface, nil where the next hop is recursive.
    public var interface: String?
    /// Administrative preference: 20 eBGP, 200 iBGP.
    public var preference: UInt32
    /// The metric.
    public var metric: UInt32
    /// The owner: `bgp-65002`, `static`, `direct`, `local`.
    public var owner: String
    /// The word after the owner: `external`, `internal`; empty where there is none.
    public var kind: String
    /// The route tag. With Local-AS it is the rack's AS, never the node's.
    public var tag: UInt32?

    /// A next hop from its parts.
    public init(
        address: IPAddress?, vrf: String? = nil, interface: String? = nil, preference: UInt32 = 20, metric: UInt32 = 0,
        owner: String, kind: String = "", tag: UInt32? = nil
    ) {
        self.address = address
        self.vrf = vrf
        self.interface = interface
        self.preference = preference
        self.metric = metric
        self.owner = owner
        self.kind = kind
        self.tag = tag
    }

    /// Whether BGP learned it from a neighbor of this leaf (eBGP).
    public var isExternalBGP: Bool { owner.hasPrefix("bgp-") && kind == "external" }
}

/// The best next hops of one or many routes; equal sets are stored once per table.
public struct NextHopSet: Hashable, Sendable {
    /// The unicast-best next hops (a star in the text), in the order of the output.
    public var hops: [NextHop]

    /// A set from its next hops.
    public init(_ hops: [NextHop]) { self.hops = hops }

    /// The next-hop addresses.
    public var addresses: [IPAddress] { hops.compactMap(\.address) }
}

/// A leaf's unicast routing table for one VRF and family, in columns sorted by prefix.
///
/// A row is a prefix and the number of its next-hop set. A full table of the design has 128,000 rows and a few
/// hundred distinct sets, so two tables are compared by a merge and a route is found by binary search.
public struct RouteTable: Sendable, Hashable {
    /// The VRF, nil where the output had no title.
    public let vrf: String?
    /// The family of every prefix.
    public let family: AddressFamily
    /// The prefixes, ascending, each once.
    public private(set) var prefixes: PrefixColumn
    /// For each prefix the index of its next-hop set.
    public private(set) var setIndexes: [UInt32]
    /// Seconds since the route was installed (the youngest best next hop), a lower bound.
    public private(set) var ages: [UInt32]
    /// The distinct next-hop sets.
    public private(set) var nextHopSets: [NextHopSet]

    /// One row of a table before it is sorted.
    public struct Row: Sendable, Hashable {
        /// The prefix.
        public var prefix: IPPrefix
        /// The index of the next-hop set.
        public var setIndex: UInt32
        /// Seconds since the route was installed.
        public var age: UInt32

        /// A row from its parts.
        public init(prefix: IPPrefix, setIndex: UInt32, age: UInt32) {
            self.prefix = prefix
            self.setIndex = setIndex
            self.age = age
        }
    }

    /// A table from its columns. Where their prefixes do not ascend, or they are not of one length, they are taken as rows.
    public init(
        vrf: String?, family: AddressFamily, ascending prefixes: PrefixColumn, setIndexes: [UInt32], ages: [UInt32],
        nextHopSets: [NextHopSet]
    ) {
        let areOne = setIndexes.count == prefixes.count && ages.count == prefixes.count
        let areKnown = setIndexes.allSatisfy { $0 < UInt32(clamping: nextHopSets.count) }
        if areOne, areKnown, prefixes.isAscending(family) {
            self.init(vrf, family, prefixes, setIndexes, ages, nextHopSets)
        } else {
            let rows = zip(prefixes, zip(setIndexes, ages)).map { Row(prefix: $0, setIndex: $1.0, age: $1.1) }
            self.init(vrf: vrf, family: family, rows: rows, nextHopSets: nextHopSets)
        }
    }

    private init(
        _ vrf: String?, _ family: AddressFamily, _ prefixes: PrefixColumn, _ setIndexes: [UInt32], _ ages: [UInt32],
        _ nextHopSets: [NextHopSet]
    ) {
        self.vrf = vrf
        self.family = family
        self.prefixes = prefixes
        self.setIndexes = setIndexes
        self.ages = ages
        self.nextHopSets = nextHopSets
    }

    /// A table from rows in any order; of a prefix given twice the last row holds.
    public init(vrf: String?, family: AddressFamily, rows: [Row], nextHopSets: [NextHopSet]) {
        self.vrf = vrf
        self.family = family
        self.nextHopSets = nextHopSets
        prefixes = PrefixColumn(family)
        setIndexes = []
        ages = []
        var order = rows
        let sorted = zip(rows, rows.dropFirst()).allSatisfy { $0.prefix < $1.prefix }
        if !sorted {
            order = rows.enumerated().sorted {
                ($0.element.prefix, $0.offset) < ($1.element.prefix, $1.offset)
            }.map(\.element)
        }
        prefixes.reserveCapacity(order.count)
        setIndexes.reserveCapacity(order.count)
        ages.reserveCapacity(order.count)
        for row in order where row.setIndex < UInt32(clamping: nextHopSets.count) && row.prefix.family == family {
            if prefixes.last == row.prefix {
                prefixes.removeLast()
                setIndexes.removeLast()
                ages.removeLast()
            }
            prefixes.append(row.prefix)
            setIndexes.append(row.setIndex)
            ages.append(row.age)
        }
    }

    /// Whether another table has the same routes with the same next hops, whatever their ages.
    public func hasSameRoutes(as other: RouteTable) -> Bool {
        prefixes == other.prefixes && setIndexes == other.setIndexes && nextHopSets == other.nextHopSets
    }

    /// The table, with what another of the same routes holds in the place of its own, but for the ages: a table that is
    /// read again and again is held once, and seen to be the same at a glance.
    public func sharing(_ other: RouteTable) -> RouteTable {
        guard hasSameRoutes(as: other) else { return self }
        var table = self
        table.prefixes = other.prefixes
        table.setIndexes = other.setIndexes
        table.nextHopSets = other.nextHopSets
        return table
    }

    /// The number of routes.
    public var count: Int { prefixes.count }

    /// The next hops of the route at an index.
    public func nextHops(at index: Int) -> NextHopSet { nextHopSets[Int(setIndexes[index])] }

    /// The index of a prefix, nil where it is not installed.
    public func index(of prefix: IPPrefix) -> Int? {
        let found = lowerBound(of: prefix)
        return found < count && prefixes[found] == prefix ? found : nil
    }

    /// The first index whose prefix is not below the given one.
    public func lowerBound(of prefix: IPPrefix) -> Int { prefixes.lowerBound(of: prefix) }

    /// The index of the longest prefix that holds an address: where the leaf forwards it.
    public func longestMatch(for address: IPAddress) -> Int? {
        guard address.family == family else { return nil }
        for length in stride(from: family.bitWidth, through: 0, by: -1) {
            if let prefix = IPPrefix(address, length: length), let found = index(of: prefix) { return found }
        }
        return nil
    }

    /// The next hops of a prefix, nil where it is not installed.
    public func nextHops(of prefix: IPPrefix) -> NextHopSet? { index(of: prefix).map(nextHops(at:)) }
}
