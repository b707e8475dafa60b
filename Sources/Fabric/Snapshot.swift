public import FoundationEssentials

/// Names a routing table of a leaf.
public struct RouteTableKey: Hashable, Sendable {
    /// The VRF, nil where the output had no title.
    public var vrf: String?
    /// The family.
    public var family: AddressFamily

    /// A key from its parts.
    public init(vrf: String?, family: AddressFamily) {
        self.vrf = vrf
        self.family = family
    }
}

/// The losses of a session that were seen from the leaf: the memory behind "flapping".
public struct SessionHistory: Hashable, Sendable {
    /// The moments at which an Established session was seen lost or re-established in between, oldest first, the
    /// last twenty at most.
    public var losses: [Date]
    /// When the present state began, as far as watched.
    public var stateSince: Date?

    /// A history from its parts.
    public init(losses: [Date] = [], stateSince: Date? = nil) {
        self.losses = losses
        self.stateSince = stateSince
    }
}

/// What is known of a leaf.
public struct LeafState: Sendable {
    /// The summary tables of the last look, one per VRF and family.
    public var summaries: Observed<[LeafSummary]>?
    /// The routing tables.
    public var routes: [RouteTableKey: Observed<RouteTable>]
    /// The BGP table version that the summary told when the routes were read; nil where it was not known.
    ///
    /// A summary that tells another one says that the routes on hand are of the past.
    public var routesVersion: UInt64?
    /// Whether the tables hold only selected prefixes: a prefix that is absent is then unknown.
    public var routesAreSelected: Bool
    /// What it accepted from each neighbor, where a source tells paths; of the moment of ``routes``.
    public var paths: [RouteTableKey: Observed<AcceptedPaths>]
    /// The BGP objects that the summaries were made of; nil where the leaf was asked for text.
    public var bgp: LeafBGP?
    /// Per neighbor, what was seen happening to its session.
    public var history: [IPAddress: SessionHistory]
    /// What the leaf says of its own capacity; nil: not read.
    public var capacity: Observed<LeafCapacity>?
    /// Per neighbor, whether graceful restart was agreed on (`bgpPeerEntry.flags gr-enabled`); nil: not read.
    public var gracefulRestart: Observed<[IPAddress: Bool]>?

    /// A state from its parts.
    public init(
        summaries: Observed<[LeafSummary]>? = nil, routes: [RouteTableKey: Observed<RouteTable>] = [:],
        routesAreSelected: Bool = false, history: [IPAddress: SessionHistory] = [:]
    ) {
        self.summaries = summaries
        self.routes = routes
        self.routesAreSelected = routesAreSelected
        self.history = history
        routesVersion = nil
        paths = [:]
    }

    /// The BGP table version of a VRF over its families, nil where the summary does not tell it; nil counts every VRF.
    public func tableVersion(vrf: String?) -> UInt64? {
        (summaries?.value ?? []).filter { vrf == nil || $0.vrf == nil || $0.vrf == vrf }
            .compactMap(\.tableVersion).reduce(nil) { ($0 ?? 0) &+ $1 }
    }

    /// Whether the summary has told a newer table version than the one that the routes were read at.
    public func areRoutesOutrun(vrf: String?) -> Bool {
        guard let routesVersion, let version = tableVersion(vrf: vrf) else { return false }
        return version != routesVersion
    }
}

/// What is known of the cluster; a part that could not be read is nil, which means unknown.
public struct ClusterState: Sendable {
    /// Kubernetes nodes with Calico's annotations.
    public var nodes: Observed<[KubernetesNode]>?
    /// Services.
    public var services: Observed<[Service]>?
    /// Endpoints of services.
    public var endpoints: Observed<[ServiceEndpoints]>?
    /// Pods.
    public var pods: Observed<[Pod]>?
    /// PodDisruptionBudgets.
    public var budgets: Observed<[DisruptionBudget]>?
    /// BGPPeers.
    public var peers: Observed<[CalicoPeer]>?
    /// The `default` BGPConfiguration; a value of nil: it was looked for and does not exist (mesh is then on).
    public var bgpConfiguration: Observed<CalicoBGPConfiguration?>?
    /// What calico-node's environment sets; a value of nil: no such DaemonSet was found.
    public var calicoVariables: Observed<CalicoNodeVariables?>?
    /// Block affinities.
    public var blocks: Observed<[BlockAffinity]>?
    /// IPPools.
    public var pools: Observed<[CalicoIPPool]>?
    /// Blocks of pod addresses with who uses them.
    public var ipam: Observed<[IPAMBlock]>?
    /// BGPFilters.
    public var filters: Observed<[CalicoFilter]>?
    /// Calico's version by its ClusterInformation, such as `v3.29.0`.
    public var calicoVersion: Observed<String>?

    /// An empty state.
    public init() {}

    /// Takes note that all of it was found unchanged at a moment.
    public mutating func confirm(at moment: Date) {
        nodes?.provenance.at = moment
        services?.provenance.at = moment
        endpoints?.provenance.at = moment
        budgets?.provenance.at = moment
        peers?.provenance.at = moment
        bgpConfiguration?.provenance.at = moment
        calicoVariables?.provenance.at = moment
        blocks?.provenance.at = moment
        pools?.provenance.at = moment
        ipam?.provenance.at = moment
        filters?.provenance.at = moment
        calicoVersion?.provenance.at = moment
    }
}

/// Everything that is known at a moment: the fold of all observations.
public struct Snapshot: Sendable {
    /// Counts folds; a picture carries the generation it was made from.
    public var generation: UInt64
    /// The time of the youngest observation.
    public var at: Date
    /// Racks, leaves and nodes from the configuration.
    public var inventory: Inventory
    /// Leaves.
    public var leaves: [LeafID: LeafState]
    /// Nodes.
    public var nodes: [NodeName: NodeState]
    /// The cluster.
    public var cluster: ClusterState
    /// The APIC's configuration of the tenant; nil: not read.
    public var configuration: Observed<FabricConfiguration>?
    /// The fabric as a whole.
    public var fabric: FabricFacts
    /// Sources.
    public var sources: [SourceID: SourceStatus]

    /// A snapshot with nothing observed.
    public init(inventory: Inventory, at: Date) {
        generation = 0
        self.at = at
        self.inventory = inventory
        leaves = [:]
        nodes = [:]
        cluster = ClusterState()
        fabric = FabricFacts()
        sources = [:]
    }
}
