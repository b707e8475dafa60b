/// The APIC's configuration of a tenant as read, as far as the design says something about it (aci.md 4.1).
///
/// What an object does not say is nil: absent is not the same as wrong.
public struct FabricConfiguration: Hashable, Sendable {
    /// The L3Outs.
    public var l3outs: [L3OutConfiguration]
    /// BGP timer policies by name (`bgpCtxPol`).
    public var timers: [String: BGPTimerPolicy]
    /// The controls of best-path policies by name (`bgpBestPathCtrlPol`): `asPathMultipathRelax`.
    public var bestPaths: [String: Set<String>]
    /// The prefixes of match rules by name (`rtctrlSubjP`).
    public var matchRules: [String: [MatchedPrefix]]
    /// LACP modes by interface policy group (`lacpLagP.mode`): `active`, `mac-pin`, `off`; nil: not read.
    public var lagModes: [String: String]?
    /// L3Outs of the whole fabric by leaf, every tenant counted; nil: not read.
    public var l3outsOfLeaf: [LeafID: Int]?

    /// A configuration from its parts.
    public init(
        l3outs: [L3OutConfiguration] = [], timers: [String: BGPTimerPolicy] = [:],
        bestPaths: [String: Set<String>] = [:], matchRules: [String: [MatchedPrefix]] = [:],
        lagModes: [String: String]? = nil, l3outsOfLeaf: [LeafID: Int]? = nil
    ) {
        self.l3outs = l3outs
        self.timers = timers
        self.bestPaths = bestPaths
        self.matchRules = matchRules
        self.lagModes = lagModes
        self.l3outsOfLeaf = l3outsOfLeaf
    }

    /// Every interface of every L3Out with the profiles that it stands in.
    public var interfaces: [(l3out: L3OutConfiguration, profile: L3OutConfiguration.NodeProfile, svi: L3OutInterface)] {
        l3outs.flatMap { l3out in
            l3out.nodeProfiles.flatMap { profile in
                profile.interfaces.map { (l3out: l3out, profile: profile, svi: $0) }
            }
        }
    }
}

/// Times and limits of BGP sessions (`bgpCtxPol`).
public struct BGPTimerPolicy: Hashable, Sendable {
    /// Seconds between keepalives.
    public var keepalive: Int?
    /// Seconds until a silent peer is given up.
    public var hold: Int?
    /// The longest AS path that is accepted; 0: any.
    public var maximumASLimit: Int?
    /// Whether the leaf keeps the routes of a restarting peer (`grCtrl helper`).
    public var isGracefulRestartHelper: Bool
    /// Seconds that stale routes are kept; nil: the default of 300.
    public var staleInterval: Int?

    /// A policy from its parts.
    public init(
        keepalive: Int?, hold: Int?, maximumASLimit: Int?, isGracefulRestartHelper: Bool, staleInterval: Int? = nil
    ) {
        self.keepalive = keepalive
        self.hold = hold
        self.maximumASLimit = maximumASLimit
        self.isGracefulRestartHelper = isGracefulRestartHelper
        self.staleInterval = staleInterval
    }
}

/// A prefix of a match rule (`rtctrlMatchRtDest`).
public struct MatchedPrefix: Hashable, Sendable {
    /// The prefix.
    public var prefix: IPPrefix
    /// Whether longer prefixes inside match too.
    public var isAggregate: Bool

    /// A matched prefix from its parts.
    public init(prefix: IPPrefix, isAggregate: Bool) {
        self.prefix = prefix
        self.isAggregate = isAggregate
    }
}

/// An address on an interface with its subnet's length: `192.168.2.4/29`.
public struct InterfaceAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address.
    public var address: IPAddress
    /// The length of its subnet.
    public var length: Int

    /// An address from its parts.
    public init(_ address: IPAddress, length: Int) {
        self.address = address
        self.length = length
    }

    /// Reads `192.168.2.4/29`; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(parts[0]), let length = Int(parts[1]),
            IPPrefix(address, length: length) != nil
        else { return nil }
        self.init(address, length: length)
    }

    /// The subnet.
    public var subnet: IPPrefix? { IPPrefix(address, length: length) }

    /// `192.168.2.4/29`.
    public var description: String { "\(address)/\(length)" }
}

/// One L3Out as configured (`l3extOut` and what is below).
public struct L3OutConfiguration: Hashable, Sendable {
    /// The tenant.
    public var tenant: String
    /// The name.
    public var name: String
    /// The VRF's name inside the tenant.
    public var vrf: String?
    /// The external routed domain's name; nil: none, or a domain of another kind.
    public var domain: String?
    /// Whether BGP is enabled (`bgpExtP`).
    public var isBGPEnabled: Bool
    /// Route control that is enforced: `import`, `export`.
    public var routeControl: Set<String>
    /// Node profiles, in order: one per rack in the design.
    public var nodeProfiles: [NodeProfile]
    /// External EPGs.
    public var externalEPGs: [ExternalEPG]
    /// Route maps of the L3Out by name: `default-import`.
    public var routeMaps: [String: RouteMap]

    /// An L3Out from its parts.
    public init(
        tenant: String, name: String, vrf: String? = nil, domain: String? = nil, isBGPEnabled: Bool = false,
        routeControl: Set<String> = [], nodeProfiles: [NodeProfile] = [], externalEPGs: [ExternalEPG] = [],
        routeMaps: [String: RouteMap] = [:]
    ) {
        self.tenant = tenant
        self.name = name
        self.vrf = vrf
        self.domain = domain
        self.isBGPEnabled = isBGPEnabled
        self.routeControl = routeControl
        self.nodeProfiles = nodeProfiles
        self.externalEPGs = externalEPGs
        self.routeMaps = routeMaps
    }

    /// The border leaves, each once, ascending.
    public var borderLeaves: [LeafID] { Set(nodeProfiles.flatMap { $0.leaves.map(\.id) }).sorted() }

    /// A leaf in a node profile (`l3extRsNodeL3OutAtt`).
    public struct BorderLeaf: Hashable, Sendable {
        /// The leaf.
        public var id: LeafID
        /// The fabric's pod that it stands in.
        public var pod: Int
        /// Its router id in the VRF.
        public var routerID: IPAddress?
        /// Whether the router id is a loopback address too.
        public var isRouterIDLoopback: Bool

        /// A leaf from its parts.
        public init(id: LeafID, pod: Int = 1, routerID: IPAddress?, isRouterIDLoopback: Bool = false) {
            self.id = id
            self.pod = pod
            self.routerID = routerID
            self.isRouterIDLoopback = isRouterIDLoopback
        }
    }

    /// A logical node profile (`l3extLNodeP`).
    public struct NodeProfile: Hashable, Sendable {
        /// The name: the rack's, in the design.
        public var name: String
        /// Its leaves.
        public var leaves: [BorderLeaf]
        /// The name of its BGP timer policy; nil: no BGP protocol profile is attached.
        public var timers: String?
        /// The name of its best-path policy.
        public var bestPath: String?
        /// The interfaces of all its interface profiles.
        public var interfaces: [L3OutInterface]

        /// A profile from its parts.
        public init(
            name: String, leaves: [BorderLeaf] = [], timers: String? = nil, bestPath: String? = nil,
            interfaces: [L3OutInterface] = []
        ) {
            self.name = name
            self.leaves = leaves
            self.timers = timers
            self.bestPath = bestPath
            self.interfaces = interfaces
        }
    }

    /// An external EPG (`l3extInstP`).
    public struct ExternalEPG: Hashable, Sendable {
        /// The name.
        public var name: String
        /// Its subnets with their scopes: `import-security`, `export-rtctrl`, `import-rtctrl`.
        public var subnets: [IPPrefix: Set<String>]
        /// Contracts that it provides.
        public var provides: Set<String>
        /// Contracts that it consumes.
        public var consumes: Set<String>

        /// An external EPG from its parts.
        public init(
            name: String, subnets: [IPPrefix: Set<String>] = [:], provides: Set<String> = [],
            consumes: Set<String> = []
        ) {
            self.name = name
            self.subnets = subnets
            self.provides = provides
            self.consumes = consumes
        }
    }

    /// A route map of the L3Out (`rtctrlProfile`).
    public struct RouteMap: Hashable, Sendable {
        /// Whether it matches prefixes and routing policy (`combinable`), as the paper wants it.
        public var isCombinable: Bool
        /// Its contexts in order.
        public var contexts: [Context]

        /// A route map from its parts.
        public init(isCombinable: Bool = true, contexts: [Context] = []) {
            self.isCombinable = isCombinable
            self.contexts = contexts
        }

        /// One context (`rtctrlCtxP`).
        public struct Context: Hashable, Sendable {
            /// The name.
            public var name: String
            /// Its place, 0 to 9.
            public var order: Int
            /// Whether what it matches is permitted.
            public var isPermit: Bool
            /// The names of its match rules.
            public var matchRules: [String]

            /// A context from its parts.
            public init(name: String, order: Int, isPermit: Bool, matchRules: [String]) {
                self.name = name
                self.order = order
                self.isPermit = isPermit
                self.matchRules = matchRules
            }
        }
    }
}
