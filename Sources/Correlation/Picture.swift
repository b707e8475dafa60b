public import Design
public import Fabric
public import FoundationEssentials

/// The health of a node, leaf or rack in one word.
public enum Health: Int, Sendable, Hashable, Comparable, CustomStringConvertible {
    case ok = 0
    case maintenance = 1
    case unknown = 2
    case degraded = 3
    case down = 4

    /// `ok`, `maintenance`, `unknown`, `degraded`, `down`.
    public var description: String {
        switch self {
        case .ok: "ok"
        case .maintenance: "maintenance"
        case .unknown: "unknown"
        case .degraded: "degraded"
        case .down: "down"
        }
    }

    /// Better before worse.
    public static func < (a: Health, b: Health) -> Bool { a.rawValue < b.rawValue }
}

/// A node with all that is concluded about it.
public struct NodePicture: Hashable, Sendable {
    /// The node.
    public var node: Node
    /// Its sessions, leaf A first.
    public var sessions: [Session]
    /// Prefixes that it advertises (the most over its leaves), nil where unknown.
    public var advertised: Int?
    /// Paths accepted from it (the least over its leaves), nil where unknown.
    public var accepted: Int?
    /// Prefixes installed through it (the least over its leaves), nil where unknown.
    public var installed: Int?
    /// Services with a ready endpoint on it, nil where unknown.
    public var services: Int?
    /// The worst skew of a service that it draws, nil where unknown.
    public var skew: Double?
    /// Whether new pods are kept away; nil where unknown.
    public var isCordoned: Bool?
    /// Its health.
    public var health: Health

    /// A picture from its parts.
    public init(
        node: Node, sessions: [Session], advertised: Int?, accepted: Int?, installed: Int?, services: Int?,
        skew: Double?, isCordoned: Bool?, health: Health
    ) {
        self.node = node
        self.sessions = sessions
        self.advertised = advertised
        self.accepted = accepted
        self.installed = installed
        self.services = services
        self.skew = skew
        self.isCordoned = isCordoned
        self.health = health
    }
}

/// A leaf with all that is concluded about it.
public struct LeafPicture: Hashable, Sendable {
    /// The leaf.
    public var leaf: Leaf
    /// The AS that its nodes see (the rack's), nil where unknown.
    public var localAS: ASN?
    /// Its router id in the VRF.
    public var routerID: IPAddress?
    /// Peers that are Established, nil where not read.
    public var peersUp: Int?
    /// Peers that are configured, nil where not read.
    public var peersTotal: Int?
    /// The most peers that the release supports on a leaf (paper: 400).
    public var peerLimit: Int
    /// Paths accepted over all peers, nil where not read.
    public var pathsAccepted: Int?
    /// Routes installed, nil where not read.
    public var routesInstalled: Int?
    /// The least number of LPM entries that any profile offers (paper: 20,000).
    public var lpmLimit: Int
    /// The BGP table version.
    public var tableVersion: UInt64?
    /// When its summary was last read.
    public var lastRead: Date?
    /// Its health.
    public var health: Health

    /// A picture from its parts.
    public init(
        leaf: Leaf, localAS: ASN?, routerID: IPAddress?, peersUp: Int?, peersTotal: Int?, peerLimit: Int,
        pathsAccepted: Int?, routesInstalled: Int?, lpmLimit: Int, tableVersion: UInt64?, lastRead: Date?,
        health: Health
    ) {
        self.leaf = leaf
        self.localAS = localAS
        self.routerID = routerID
        self.peersUp = peersUp
        self.peersTotal = peersTotal
        self.peerLimit = peerLimit
        self.pathsAccepted = pathsAccepted
        self.routesInstalled = routesInstalled
        self.lpmLimit = lpmLimit
        self.tableVersion = tableVersion
        self.lastRead = lastRead
        self.health = health
    }
}

/// A rack with all that is concluded about it.
public struct RackPicture: Hashable, Sendable {
    /// The rack.
    public var rack: Rack
    /// The number of its nodes.
    public var nodes: Int
    /// Sessions that are up.
    public var sessionsUp: Int
    /// Sessions that should be.
    public var sessionsTotal: Int
    /// Nodes in maintenance.
    public var maintenance: [NodeName]
    /// The worst health of its nodes and leaves.
    public var health: Health

    /// A picture from its parts.
    public init(
        rack: Rack, nodes: Int, sessionsUp: Int, sessionsTotal: Int, maintenance: [NodeName], health: Health
    ) {
        self.rack = rack
        self.nodes = nodes
        self.sessionsUp = sessionsUp
        self.sessionsTotal = sessionsTotal
        self.maintenance = maintenance
        self.health = health
    }
}

/// Everything that is concluded from a snapshot: what views and batch commands show.
public struct Picture: Sendable {
    /// The generation of the snapshot.
    public var generation: UInt64
    /// The moment it was judged at.
    public var at: Date
    /// The inventory in force: the configured one, completed by what sources told.
    public var inventory: Inventory
    /// Racks.
    public var racks: [RackPicture]
    /// Leaves.
    public var leaves: [LeafPicture]
    /// Nodes.
    public var nodes: [NodePicture]
    /// Sessions, by node and leaf.
    public var sessions: [Session]
    /// The prefix ledger, by node, leaf and prefix.
    public var ledger: LedgerBook
    /// Service prefixes, by prefix and leaf.
    public var services: [ServiceView]
    /// Findings, worst first.
    public var findings: [Finding]
    /// The settings that it was judged by.
    public var settings: CorrelationSettings
    /// What it was concluded from, for the next one; nil: of nothing.
    var basis: Basis?
    /// When the watch began that it is part of; nil: it is none.
    var began: Date?
    /// Findings that are not told yet, with the time at which each first showed.
    var waiting: [Finding.Identity: Date] = [:]
    /// What was in use of the limits while watching.
    var uses = UseHistory()

    /// Whether something has been noticed that is told only when it lasts.
    public var isAwaiting: Bool { !waiting.isEmpty }

    /// The picture without what it was concluded from: a later one is then concluded from nothing, with the same result.
    /// For one that is kept and not gone on from, and to hold one way against the other.
    public func forgetting() -> Picture {
        var picture = self
        picture.basis = nil
        return picture
    }

    /// A picture of nothing.
    public init(at: Date) {
        generation = 0
        self.at = at
        inventory = Inventory()
        racks = []
        leaves = []
        nodes = []
        sessions = []
        ledger = []
        services = []
        findings = []
        settings = CorrelationSettings()
    }
}

/// What correlation needs to know beside the snapshot.
public struct CorrelationSettings: Sendable, Hashable {
    /// The ACI release, `4.1(2)`, `4.2`; nil where unknown. Before 4.2 a leaf installs one eBGP next hop.
    public var release: String?
    /// Whether AS paths of different nodes may share a route (`asPathMultipathRelax`); nil where unknown.
    public var multipathRelax: Bool?
    /// The most next hops of a route (`maxEcmp`); nil: the release's default.
    public var ecmpLimit: Int?
    /// Nodes that an operation holds in maintenance: their alarms are quiet.
    public var maintenance: Set<NodeName>
    /// The intent that a plan file tells; nil where there is none.
    public var layout: FabricLayout?
    /// The leaves' forwarding scale profile, for limits that no leaf tells itself.
    public var profile: ForwardingProfile

    /// Settings from their parts.
    public init(
        release: String? = nil, multipathRelax: Bool? = nil, ecmpLimit: Int? = nil, maintenance: Set<NodeName> = [],
        layout: FabricLayout? = nil, profile: ForwardingProfile = .dualStack
    ) {
        self.layout = layout
        self.profile = profile
        self.release = release
        self.multipathRelax = multipathRelax
        self.ecmpLimit = ecmpLimit
        self.maintenance = maintenance
    }
}
