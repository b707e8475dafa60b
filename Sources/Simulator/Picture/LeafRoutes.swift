public import Fabric

/// The routing table of one VRF on one leaf in columns: route `i` has the hops `hopStarts[i] ..< hopStarts[i + 1]`.
public struct LeafRoutes: Sendable, Hashable {
    /// A next hop without its age; equal ones are stored once.
    public struct Hop: Sendable, Hashable {
        /// Who put it there.
        public enum Origin: Sendable, Hashable {
            /// eBGP and iBGP.
            case external, internalBGP
            /// An address of the leaf, and a subnet of an interface.
            case local, direct
            /// A static route.
            case fixed
        }

        /// The address.
        public var address: IPAddress
        /// The VRF in which it is found: the route's own, or `overlay-1` for the TEP of another leaf.
        public var vrf: String
        /// The interface, nil where the next hop is found through another route.
        public var interface: String?
        /// Who put it there.
        public var origin: Origin
        /// Administrative preference and metric.
        public var preference: Int, metric: Int
        /// The first AS of the path, 0 without one.
        public var tag: UInt32

        /// A hop from its parts.
        public init(
            address: IPAddress, vrf: String, interface: String? = nil, origin: Origin, preference: Int, metric: Int = 0,
            tag: UInt32 = 0
        ) {
            self.address = address
            self.vrf = vrf
            self.interface = interface
            self.origin = origin
            self.preference = preference
            self.metric = metric
            self.tag = tag
        }
    }

    /// The prefixes, in the order of a routing table.
    public private(set) var prefixes: [IPPrefix] = []
    /// Where each route's hops begin in ``hopIndexes``; one more entry than routes.
    public private(set) var hopStarts: [UInt32] = [0]
    /// Indexes into ``hops``.
    public private(set) var hopIndexes: [UInt32] = []
    /// When each hop was installed, in milliseconds since 1970.
    public private(set) var createdAt: [Int64] = []
    /// The distinct hops.
    public private(set) var hops: [Hop] = []
    private var known: [Hop: UInt32] = [:]

    /// An empty table.
    public init() {}

    /// The number of routes.
    public var count: Int { prefixes.count }

    /// Appends a route; prefixes have to come in ascending order.
    public mutating func append(_ prefix: IPPrefix, _ next: [(hop: Hop, createdAt: Int64)]) {
        prefixes.append(prefix)
        for (hop, created) in next {
            hopIndexes.append(index(of: hop))
            createdAt.append(created)
        }
        hopStarts.append(UInt32(hopIndexes.count))
    }

    private mutating func index(of hop: Hop) -> UInt32 {
        if let found = known[hop] { return found }
        let index = UInt32(hops.count)
        hops.append(hop)
        known[hop] = index
        return index
    }
}

/// The BGP table of one VRF on one leaf in columns: prefix `i` has the paths `pathStarts[i] ..< pathStarts[i + 1]`.
public struct LeafPaths: Sendable, Hashable {
    /// A path; equal ones are stored once.
    public struct Path: Sendable, Hashable {
        /// The peer that it came from, and the next hop.
        public var peer: IPAddress, nextHop: IPAddress
        /// The AS path, the leaf's own Local-AS first.
        public var asPath: [ASN]
        /// Whether it came by iBGP.
        public var isInternal: Bool
        /// Whether the session that it came by is lost and it is kept (`S` in a leaf's text).
        public var isStale: Bool
        /// Whether it is the best, or shares the load with it.
        public var isBest: Bool, isMultipath: Bool

        /// A path from its parts.
        public init(
            peer: IPAddress, nextHop: IPAddress, asPath: [ASN], isInternal: Bool = false, isStale: Bool = false,
            isBest: Bool = false, isMultipath: Bool = false
        ) {
            self.peer = peer
            self.nextHop = nextHop
            self.asPath = asPath
            self.isInternal = isInternal
            self.isStale = isStale
            self.isBest = isBest
            self.isMultipath = isMultipath
        }
    }

    /// The prefixes, in order.
    public private(set) var prefixes: [IPPrefix] = []
    /// Where each prefix's paths begin in ``pathIndexes``.
    public private(set) var pathStarts: [UInt32] = [0]
    /// Indexes into ``paths``.
    public private(set) var pathIndexes: [UInt32] = []
    /// The distinct paths.
    public private(set) var paths: [Path] = []
    private var known: [Path: UInt32] = [:]

    /// An empty table.
    public init() {}

    /// The number of prefixes.
    public var count: Int { prefixes.count }

    /// Appends a prefix with its paths, the best first; prefixes have to come in ascending order.
    public mutating func append(_ prefix: IPPrefix, _ list: [Path]) {
        prefixes.append(prefix)
        for path in list {
            if let found = known[path] {
                pathIndexes.append(found)
            } else {
                let index = UInt32(paths.count)
                paths.append(path)
                known[path] = index
                pathIndexes.append(index)
            }
        }
        pathStarts.append(UInt32(pathIndexes.count))
    }
}
