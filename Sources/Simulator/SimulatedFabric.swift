import Fabric
public import FoundationEssentials

/// A fabric in memory with its own clock: leaves, nodes, BIRD, Kubernetes, and the faults in force.
///
/// A value: copies run apart. Time moves only by ``advance(to:)``; everything else follows from topology, seed and the
/// order of calls. Renderings are pure queries on it.
public struct SimulatedFabric: Sendable {
    /// What it is built of.
    public let topology: Topology
    /// The seed that its choices follow from.
    public let seed: UInt64
    /// The wall clock's time at virtual zero, for what devices print as dates.
    public let epoch: Date
    /// Virtual time since the start.
    public internal(set) var now: Duration = .zero
    /// The style of `calicoctl node status` (before v3.33: tablewriter).
    public var statusStyle = StatusTableStyle.tablewriter

    var random: SeededRandom
    var sessions: [SessionKey: Session] = [:] {
        didSet { changes += 1 }
    }
    var daemons: [NodeName: Daemon] = [:] {
        didSet { changes += 1 }
    }
    /// Moves with every change of a session, a daemon or the faults in force.
    private var changes = 0
    /// The changes and the cluster's version at which nothing had anything ahead: until they move, a step is idle.
    private var calm: (changes: Int, version: Int)?
    var leafStates: [LeafID: LeafState] = [:]
    /// What the controllers have configured since the start, where it differs from the plan.
    var configured: [SessionKey: PeerSettings] = [:]
    /// The default gateways of nodes where they are not the planned secondary.
    var gateways: [NodeName: IPAddress] = [:]
    /// Nodes whose BIRD is configured without graceful restart.
    var withoutGracefulRestart: Set<NodeName> = []
    var cluster: SimulatedCluster
    var active: [ActiveFault] = []
    var conditions = Conditions([]) { _ in nil } {
        didSet { changes += 1 }
    }
    /// The tables of the leaves as last made, for rendering.
    var pathTables: [LeafID: PathTable] = [:]
    /// The sizes of the leaves' tables, with what they were counted at.
    var knownCounts: [LeafID: TableCounts] = [:]
    /// Numbers each leaf's accepted paths; it moves when one comes or goes.
    var pathVersions: [LeafID: Int] = [:]
    var schedule: [ScheduledFault] = []
    /// Session keys in order, so that a step visits them the same way in every process.
    let sessionKeys: [SessionKey]
    let nodePlans: [NodeName: Topology.NodePlan]
    let leafByAddress: [IPAddress: LeafID]

    /// The step of the clock.
    static let tick = Duration.milliseconds(500)

    /// A healthy fabric whose sessions have been up for a while; `schedule` brings faults at their times.
    ///
    /// - Parameter uptimes: seconds that nodes have been up; beyond 20 h their BIRD prints dates.
    public init(
        topology: Topology, seed: UInt64 = 1, epoch: Date = Date(timeIntervalSince1970: 1_768_039_200),
        schedule: [ScheduledFault] = [], uptimes: ClosedRange<Int> = 4000...60_000
    ) {
        self.topology = topology
        self.seed = seed
        self.epoch = epoch
        self.schedule = schedule.sorted { $0.at < $1.at }
        random = SeededRandom(seed: seed)
        nodePlans = Dictionary(uniqueKeysWithValues: topology.nodes.map { ($0.name, $0) })
        var keys: [SessionKey] = []
        var addresses: [IPAddress: LeafID] = [:]
        for node in topology.nodes {
            guard let rack = topology.rack(node.rack) else { continue }
            for (leaf, address) in zip(rack.leaves, node.leafAddresses) {
                keys.append(SessionKey(node: node.name, leaf: leaf))
                addresses[address] = leaf
            }
        }
        sessionKeys = keys
        leafByAddress = addresses
        cluster = SimulatedCluster(topology: topology, seed: seed)
        begin(uptimes)
    }

    /// Brings everything up in the past, as a fabric that has run for hours or days.
    private mutating func begin(_ uptimes: ClosedRange<Int>) {
        for leaf in topology.leaves {
            let booted = Duration.seconds(-Int.random(in: 400_000...2_000_000, using: &random))
            leafStates[leaf.id] = LeafState(
                tableVersion: Int.random(in: 200...900, using: &random), bootedAt: booted)
        }
        for plan in topology.nodes {
            let started = Duration.seconds(-Int.random(in: uptimes, using: &random))
            var daemon = Daemon()
            daemon.startedAt = started
            daemon.reconfiguredAt = started + .seconds(Int.random(in: 1...600, using: &random))
            daemon.configuration = rendered(for: plan.name)
            daemon.seenVersion = cluster.version
            daemons[plan.name] = daemon
        }
        for plan in topology.nodes { refreshExports(plan.name) }
        for key in sessionKeys {
            guard let daemon = daemons[key.node] else { continue }
            var session = Session()
            let since = daemon.startedAt + .seconds(Int.random(in: 2...4, using: &random))
            session.node.neighborAS = daemon.configuration.peers[key.leaf]
            session.node.phase = .up
            session.node.state = .established
            session.node.since = since
            session.leaf.state = .established
            session.leaf.since = since
            sessions[key] = session
            synchronise(key, at: since + .seconds(1))
        }
    }

    /// Moves time forward; a moment in the past changes nothing.
    public mutating func advance(to moment: Duration) {
        while now + SimulatedFabric.tick <= moment {
            now += SimulatedFabric.tick
            runSchedule()
            // A kubelet answers unless its host has lost power.
            cluster.step(to: now, unready: conditions.powerless)
            if let calm, calm == (changes, cluster.version) { continue }
            let before = changes
            for plan in topology.nodes { stepDaemon(plan.name) }
            for key in sessionKeys { step(key) }
            calm = before == changes && isCalm ? (changes, cluster.version) : nil
        }
    }

    /// Whether nothing waits for a moment: every session is up and in step, no BIRD recovers or is to reload.
    private var isCalm: Bool {
        guard conditions.flapping.isEmpty, conditions.hung.isEmpty else { return false }
        return daemons.values.allSatisfy { $0.isRunning && $0.recoveryUntil == nil && $0.reloadAt == nil }
            && sessions.allSatisfy { key, session in
                session.isEstablished && session.leaf.holdExpiresAt == nil && session.leaf.staleUntil == nil
                    && session.node.holdExpiresAt == nil
                    && session.syncedVersion == daemons[key.node]?.exportVersion
            }
    }

    private mutating func runSchedule() {
        while let next = schedule.first, next.at <= now {
            schedule.removeFirst()
            let before = active
            try? inject(next.fault)
            if let until = next.until, let added = active.first(where: { !before.contains($0) }) {
                clearings.append((added.fault, until))
            }
        }
        for clearing in clearings where clearing.at <= now { clear(clearing.fault) }
        clearings.removeAll { $0.at <= now }
    }

    var clearings: [(fault: Fault, at: Duration)] = []

    /// The wall clock's time at a virtual moment.
    func date(_ moment: Duration) -> Date {
        let parts = moment.components
        return epoch.addingTimeInterval(Double(parts.seconds) + Double(parts.attoseconds) / 1e18)
    }
}
