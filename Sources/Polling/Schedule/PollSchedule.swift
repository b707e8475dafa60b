public import Fabric

/// How often each kind of source is asked.
public struct PollIntervals: Hashable, Sendable {
    /// `show ip bgp summary` of a leaf.
    public var leafSummary: Duration
    /// `show ip route` of a leaf: the shortest time between two, and only when the table version moved.
    public var leafRoutes: Duration
    /// A node.
    public var node: Duration
    /// The cluster's changing objects.
    public var cluster: Duration
    /// No interval is shorter than this, whatever the configuration says.
    public var floor: Duration

    /// Intervals; the defaults are the product's: 5 s, 30 s, 30 s, 30 s, floor 2 s.
    public init(
        leafSummary: Duration = .seconds(5), leafRoutes: Duration = .seconds(30), node: Duration = .seconds(30),
        cluster: Duration = .seconds(30), floor: Duration = .seconds(2)
    ) {
        self.leafSummary = leafSummary
        self.leafRoutes = leafRoutes
        self.node = node
        self.cluster = cluster
        self.floor = floor
    }
}

/// What happens to a schedule.
public enum PollEvent: Hashable, Sendable {
    /// Time went on.
    case tick
    /// A look came to its end.
    case completed(Look, succeeded: Bool, took: Duration)
    /// A leaf told the version of its table.
    case tableVersion(LeafID, UInt64)
    /// What leaves say of these nodes' sessions changed.
    case leafHalfChanged([NodeName])
    /// The operator wants everything now.
    case refreshRequested
    /// What there is to poll.
    case targets(PollTargets)
    /// An operation needs these now.
    case priority([Look])
}

/// What there is to poll.
public struct PollTargets: Hashable, Sendable {
    /// Leaves.
    public var leaves: [LeafID]
    /// Nodes.
    public var nodes: [NodeName]
    /// Whether the cluster's API is asked.
    public var cluster: Bool
    /// Leaves whose whole table is too large: only these prefixes are asked for.
    public var selections: [LeafID: RouteSelection]

    /// Targets from their parts.
    public init(
        leaves: [LeafID] = [], nodes: [NodeName] = [], cluster: Bool = false,
        selections: [LeafID: RouteSelection] = [:]
    ) {
        self.leaves = leaves
        self.nodes = nodes
        self.cluster = cluster
        self.selections = selections
    }
}

/// What a schedule wants done.
public enum PollAction: Hashable, Sendable {
    /// Perform this look now.
    case start(Look)
    /// Tick again at this moment at the latest; it replaces the moment told before.
    case wake(at: Duration)
}
