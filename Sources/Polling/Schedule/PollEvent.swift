public import Fabric

/// What happens to a schedule.
public enum PollEvent: Hashable, Sendable {
    /// Time went on.
    case tick
    /// A look came to its end; `took` is how long it was under way. What its answers tell (versions, changed
    /// sessions) is to be told before, so that the next look is chosen with that in mind.
    case completed(Look, succeeded: Bool, took: Duration)
    /// A leaf told the version of its BGP table.
    case tableVersion(LeafID, UInt64)
    /// What leaves say of these nodes' sessions changed.
    case leafHalfChanged([NodeName])
    /// The operator wants everything now; back-offs are forgotten.
    case refreshRequested
    /// What there is to poll, from now on.
    case targets(PollTargets)
    /// An operation needs these now, before anything else; each is done once.
    case priority([Look])
}

/// What a schedule wants done.
public enum PollAction: Hashable, Sendable {
    /// Perform this look now, and tell of its end by ``PollEvent/completed(_:succeeded:took:)``, whatever comes of it.
    case start(Look)
    /// Tick again at this moment at the latest; it replaces the moment told before.
    case wake(at: Duration)
}

/// What there is to poll.
public struct PollTargets: Hashable, Sendable {
    /// Leaves.
    public var leaves: [LeafID]
    /// Nodes.
    public var nodes: [NodeName]
    /// Whether the cluster's API is asked.
    public var cluster: Bool
    /// Leaves whose whole table is too large for text: what is asked for instead.
    public var selections: [LeafID: RouteSelection]
    /// Whether the fabric as a whole is asked, by REST.
    public var fabric: Bool

    /// Targets from their parts.
    public init(
        leaves: [LeafID] = [], nodes: [NodeName] = [], cluster: Bool = false,
        selections: [LeafID: RouteSelection] = [:], fabric: Bool = false
    ) {
        self.leaves = leaves
        self.nodes = nodes
        self.cluster = cluster
        self.selections = selections
        self.fabric = fabric
    }

    /// The looks that are performed again and again, in the order of a first round.
    var looks: [Look] {
        (fabric ? [.fabric] : []) + leaves.map(Look.leafSummary) + (cluster ? [.cluster] : [])
            + leaves.map { .leafRoutes($0, selections[$0] ?? .all) } + nodes.map(Look.node)
            + (fabric ? [.fabricConfiguration] : [])
    }
}
