/// How often each kind of source is asked.
public struct PollIntervals: Hashable, Sendable {
    /// `show ip bgp summary` of a leaf.
    public var leafSummary: Duration
    /// `show ip route` of a leaf: the shortest time between two, and only when the table version moved.
    public var leafRoutes: Duration
    /// `show ip route` of a leaf whose table version stands: the routing table can move without BGP.
    public var leafRoutesAtRest: Duration
    /// A node.
    public var node: Duration
    /// The cluster's objects.
    public var cluster: Duration
    /// The fabric's switches, clocks, pairs and faults.
    public var fabric: Duration
    /// The L3Out's configuration and capacities.
    public var configuration: Duration
    /// No interval is shorter than this, whatever the configuration says.
    public var floor: Duration

    /// Intervals; the defaults are the product's: 5 s, 30 s, 30 s, 30 s, floor 2 s, and routes at rest every 5 minutes.
    public init(
        leafSummary: Duration = .seconds(5), leafRoutes: Duration = .seconds(30),
        leafRoutesAtRest: Duration = .seconds(300), node: Duration = .seconds(30),
        cluster: Duration = .seconds(30), fabric: Duration = .seconds(30), configuration: Duration = .seconds(300),
        floor: Duration = .seconds(2)
    ) {
        self.leafSummary = leafSummary
        self.leafRoutes = leafRoutes
        self.leafRoutesAtRest = leafRoutesAtRest
        self.node = node
        self.cluster = cluster
        self.fabric = fabric
        self.configuration = configuration
        self.floor = floor
    }

    /// These intervals with every source that is asked again and again asked this often; what is read more rarely than
    /// that stays so.
    public func asking(every interval: Duration) -> PollIntervals {
        PollIntervals(
            leafSummary: interval, leafRoutes: interval, leafRoutesAtRest: max(interval, leafRoutesAtRest),
            node: interval, cluster: interval, fabric: interval, configuration: max(interval, configuration),
            floor: floor)
    }

    /// The interval of a look, never below the floor. Pods are asked for on request only; theirs is the cluster's.
    public func interval(of look: Look) -> Duration {
        switch look {
        case .leafSummary: max(floor, leafSummary)
        case .leafRoutes: max(floor, leafRoutes)
        case .node: max(floor, node)
        case .cluster, .pods: max(floor, cluster)
        case .fabric: max(floor, fabric)
        case .fabricConfiguration: max(floor, configuration)
        }
    }
}

/// How much may be under way, and how even the beat is.
public struct PollBudget: Hashable, Sendable {
    /// Looks under way at once.
    public var inFlight: Int
    /// Of those, how many are kept free of nodes, so that nodes that hang do not keep the leaves waiting.
    public var reserved: Int
    /// Looks started within any second.
    public var startsPerSecond: Int
    /// Whole routing tables under way at once: each is tens of megabytes while it is read.
    public var routesInFlight: Int
    /// The part of an interval by which turns are spread, so that sources are not asked in step.
    public var spread: Double
    /// What comes due is gathered up to the next multiple of this, so that many sources wake the console once.
    public var grain: Duration

    /// A budget; by default twenty at once, four of them not for nodes, twenty starts a second, a tenth of spread and no
    /// gathering.
    public init(
        inFlight: Int = 20, reserved: Int = 4, startsPerSecond: Int = 20, routesInFlight: Int = 20,
        spread: Double = 0.1, grain: Duration = .zero
    ) {
        self.inFlight = max(1, inFlight)
        self.reserved = min(max(0, reserved), max(1, inFlight) - 1)
        self.startsPerSecond = max(1, startsPerSecond)
        self.routesInFlight = max(1, routesInFlight)
        self.spread = min(max(0, spread), 0.5)
        self.grain = max(.zero, grain)
    }

    /// For sources behind ssh: four tables at once, woken once a second.
    public static let remote = PollBudget(routesInFlight: 4, grain: .seconds(1))

    /// For sources in a process of this machine, where a question costs nearly nothing and asking in step keeps the
    /// console asleep in between.
    public static let local = PollBudget(
        inFlight: 4096, startsPerSecond: 4096, routesInFlight: 2, spread: 0, grain: .seconds(1))
}
