public import Fabric
public import FoundationEssentials

/// What a fold noticed beside the snapshot: food for the poll schedule and the log.
public struct FoldOutcome: Sendable {
    /// Table versions that were read.
    public var tableVersions: [LeafID: UInt64] = [:]
    /// Neighbors whose session changed on a leaf: their nodes are worth an early look.
    public var changedNeighbors: Set<IPAddress> = []
    /// The same, by the leaf that told it.
    public var changedOnLeaves: [LeafID: Set<IPAddress>] = [:]
    /// Lines that could not be placed, with source and command in front.
    public var diagnostics: [String] = []
    /// What a person should know of: a part that a source has begun not to tell.
    public var notices: [String] = []
    /// Whether the look as a whole succeeded.
    public var succeeded = true
    /// Whether anything was told that conclusions could follow from. Ages, counters of messages and the second by which
    /// BIRD's times jitter are none.
    public var isNews = false
}

/// The fold of observations into a snapshot: the one place where facts enter.
///
/// A failed look changes nothing but the source's status, so the last good state stays and is shown with its age.
public struct Fold: Sendable {
    /// The snapshot as folded so far.
    public internal(set) var snapshot: Snapshot
    /// What leaves told unasked within the last minutes, for answers that were asked for before.
    var events: [LeafID: [(at: Date, news: BGPNews)]] = [:]
    /// Leaves whose sessions could not be read last: what else such a leaf tells, a routing table say, does not make it
    /// one that answers.
    private var unreadable: [SourceID: SourceError] = [:]

    /// A fold that begins with nothing observed.
    public init(inventory: Inventory, at: Date) { snapshot = Snapshot(inventory: inventory, at: at) }

    /// Takes in the result of a look.
    ///
    /// - Parameters:
    ///   - result: answers and failure of the look.
    ///   - interval: how often this source is asked, the measure of its freshness.
    ///   - now: when the look ended.
    public mutating func absorb(_ result: LookResult, interval: Duration, now: Date) -> FoldOutcome {
        let skews = snapshot.fabric.skews
        let told = decode(result.answers, skew: { skews[$0] ?? 0 }) + result.facts
        let source = result.look.source
        if case .leafSummary = result.look { unreadable[source] = nil }
        defer { if case .leafSummary = result.look { unreadable[source] = snapshot.sources[source]?.error } }
        var outcome = absorb(told, of: result.look.source, error: result.error, interval: interval, now: now)
        note(gaps: result.gaps, of: result.look, &outcome)
        if let traffic = result.traffic {
            snapshot.sources[.apic, default: SourceStatus(interval: interval)].traffic = traffic
        }
        return outcome
    }

    /// Takes in answers of one source, such as those of a capture folder.
    ///
    /// What a controller tells counts for the leaves that it tells of, and so does an answer about a leaf that cannot
    /// be read: what else the same look read stays good.
    public mutating func absorb(
        _ answers: [Answer], of source: SourceID, error: SourceError? = nil, interval: Duration, now: Date
    ) -> FoldOutcome {
        let skews = snapshot.fabric.skews
        return absorb(decode(answers, skew: { skews[$0] ?? 0 }), of: source, error: error, interval: interval, now: now)
    }

    /// Takes in facts of one source that were decoded elsewhere, off the actor that owns the fold.
    public mutating func absorb(
        _ told: [Decoded], of source: SourceID, error: SourceError? = nil, interval: Duration, now: Date
    ) -> FoldOutcome {
        var outcome = FoldOutcome()
        var failures: [SourceID: SourceError] = [:]
        var read: Set<SourceID> = []
        for decoded in told {
            let provenance = decoded.provenance
            outcome.diagnostics += decoded.diagnostics.map { "\(provenance.source) \(provenance.command): \($0)" }
            if let error = decoded.error { failures[error.source] = failures[error.source] ?? error }
            for observation in decoded.observations {
                read.insert(apply(observation, decoded.provenance, asked: decoded.asked, &outcome))
            }
        }
        // Bytes that cannot be read say more of what is wrong than the failure that followed them.
        if let error { failures[source] = failures[source] ?? error }
        var touched = read.union(failures.keys)
        if touched.isEmpty || source != .apic { touched.insert(source) }
        snapshot.generation += 1
        snapshot.at = max(snapshot.at, now)
        for source in touched {
            note(source, failures[source], hasNews: read.contains(source), interval: interval, now: now, &outcome)
        }
        outcome.succeeded = failures.isEmpty
        return outcome
    }

    /// Gaps are those of the latest look at everything that a source tells.
    private mutating func note(gaps: [SourceError], of look: Look, _ outcome: inout FoldOutcome) {
        guard look == .cluster, let known = snapshot.sources[look.source]?.gaps, known != gaps else { return }
        outcome.notices += gaps.filter { !known.contains($0) }.map(\.description)
        outcome.isNews = true
        snapshot.sources[look.source]?.gaps = gaps
    }

    /// Announces a source before its first look, so that it is shown as waiting.
    public mutating func expect(_ source: SourceID, interval: Duration) {
        if snapshot.sources[source] == nil { snapshot.sources[source] = SourceStatus(interval: interval) }
    }

    private mutating func note(
        _ source: SourceID, _ failure: SourceError?, hasNews: Bool, interval: Duration, now: Date,
        _ outcome: inout FoldOutcome
    ) {
        var status = snapshot.sources[source] ?? SourceStatus(interval: interval)
        if status.lastAttempt == nil || status.error?.kind != (failure ?? unreadable[source])?.kind {
            outcome.isNews = true
        }
        status.interval = interval
        status.lastAttempt = now
        if hasNews { status.lastSuccess = now }
        status.error = failure ?? unreadable[source]
        if failure != nil { status.failures += 1 } else if status.error == nil { status.failures = 0 }
        snapshot.sources[source] = status
    }

    /// Applies one fact and returns the source whose freshness it speaks for.
    private mutating func apply(
        _ observation: Observation, _ provenance: Provenance, asked: Date?, _ outcome: inout FoldOutcome
    ) -> SourceID {
        switch observation {
        case .summaries(let leaf, let tables):
            absorb(tables, of: leaf, provenance, &outcome)
            return .leaf(leaf)
        case .routes(let leaf, let table, let isSelection):
            let key = RouteTableKey(vrf: table.vrf, family: table.family)
            let vrf = snapshot.inventory.vrf
            var state = snapshot.leaves[leaf] ?? LeafState()
            let version = state.tableVersion(vrf: vrf)
            let former = state.routes[key]?.value
            let isSame = former.map { $0.hasSameRoutes(as: table) } ?? false
            if !isSame || version != state.routesVersion || isSelection != state.routesAreSelected {
                outcome.isNews = true
            }
            // Paths that came with routes of another version are of the past.
            if version != state.routesVersion { state.paths[key] = nil }
            state.routes[key] = Observed(former.map(table.sharing) ?? table, provenance)
            state.routesAreSelected = isSelection
            state.routesVersion = version
            snapshot.leaves[leaf] = state
            return .leaf(leaf)
        case .paths(let leaf, let paths):
            let key = RouteTableKey(vrf: paths.vrf, family: paths.family)
            if snapshot.leaves[leaf]?.paths[key]?.value != paths { outcome.isNews = true }
            snapshot.leaves[leaf, default: LeafState()].paths[key] = Observed(paths, provenance)
            return .leaf(leaf)
        case .calicoStatus(let node, let status):
            let former = snapshot.nodes[node]?.calico?.value
            if former.map({ !$0.tellsSame(as: status) }) ?? true { outcome.isNews = true }
            snapshot.nodes[node, default: NodeState()].calico = Observed(status, provenance)
            return .node(node)
        case .protocols(let node, let peers, let name):
            let former = snapshot.nodes[node]?.protocols?.value
            absorb(peers, of: node, only: name, provenance)
            let present = snapshot.nodes[node]?.protocols?.value ?? []
            if former.map({ !NodePeer.tellSame($0, present) }) ?? true { outcome.isNews = true }
            return .node(node)
        case .nodeRoutes(let node, let routes):
            snapshot.nodes[node, default: NodeState()].routes = Observed(NodeRoute.sharing(routes), provenance)
            return .node(node)
        case .exports(let node, let name, let routes):
            // Most nodes tell every leaf the same, which is then held once.
            let former = snapshot.nodes[node]?.exports[name]?.value
            let isSame = former.map { NodeRoute.tellSame($0, routes) } ?? false
            if !isSame { outcome.isNews = true }
            let known = isSame ? former : snapshot.nodes[node]?.exports.values.first { $0.value == routes }?.value
            snapshot.nodes[node, default: NodeState()].exports[name] = Observed(
                known ?? NodeRoute.sharing(routes), provenance)
            return .node(node)
        case .unchanged(let source):
            confirm(source, at: provenance.at)
            return source
        case .birdStatus(let node, let status):
            let former = snapshot.nodes[node]?.bird?.value
            if former.map({ !$0.tellsSame(as: status) }) ?? true { outcome.isNews = true }
            snapshot.nodes[node, default: NodeState()].bird = Observed(status, provenance)
            return .node(node)
        case .configuration(let configuration):
            if snapshot.configuration?.value != configuration { outcome.isNews = true }
            snapshot.configuration = Observed(configuration, provenance)
            return .apic
        case .capacity(let leaf, let capacity):
            let former = snapshot.leaves[leaf]?.capacity?.value
            let present = former?.merging(capacity) ?? capacity
            if former != present { outcome.isNews = true }
            snapshot.leaves[leaf, default: LeafState()].capacity = Observed(present, provenance)
            return provenance.source
        case .bgp(let leaf, let news):
            absorb(news, of: leaf, asked: asked, provenance, &outcome)
            return .leaf(leaf)
        case .bgpEvent(let leaf, let news):
            absorb(event: news, of: leaf, provenance, &outcome)
            return .leaf(leaf)
        case .fabricNodes, .fabricSystems, .pairs, .faults, .audit:
            applyFabric(observation, provenance, &outcome)
            return .apic
        default:
            applyCluster(observation, provenance, &outcome)
            return .kubernetes
        }
    }

    /// What a source told before is as young as now.
    private mutating func confirm(_ source: SourceID, at moment: Date) {
        switch source {
        case .node(let node): snapshot.nodes[node]?.confirm(at: moment)
        case .kubernetes: snapshot.cluster.confirm(at: moment)
        case .apic, .leaf: break
        }
    }

    private mutating func applyCluster(
        _ observation: Observation, _ provenance: Provenance, _ outcome: inout FoldOutcome
    ) {
        func note<Value: Equatable>(_ former: Observed<Value>?, _ value: Value) -> Observed<Value> {
            if let former, former.value == value { return Observed(former.value, provenance) }
            outcome.isNews = true
            return Observed(value, provenance)
        }
        switch observation {
        case .kubernetesNodes(let nodes): snapshot.cluster.nodes = note(snapshot.cluster.nodes, nodes)
        case .services(let services): snapshot.cluster.services = note(snapshot.cluster.services, services)
        case .endpoints(let endpoints): snapshot.cluster.endpoints = note(snapshot.cluster.endpoints, endpoints)
        case .pods(let pods, let node):
            outcome.isNews = true
            absorb(pods, of: node, provenance)
        case .budgets(let budgets): snapshot.cluster.budgets = note(snapshot.cluster.budgets, budgets)
        case .calicoPeers(let peers): snapshot.cluster.peers = note(snapshot.cluster.peers, peers)
        case .bgpConfiguration(let value):
            snapshot.cluster.bgpConfiguration = note(snapshot.cluster.bgpConfiguration, value)
        case .calicoVariables(let value):
            snapshot.cluster.calicoVariables = note(snapshot.cluster.calicoVariables, value)
        case .blocks(let blocks): snapshot.cluster.blocks = note(snapshot.cluster.blocks, blocks)
        case .pools(let pools): snapshot.cluster.pools = note(snapshot.cluster.pools, pools)
        case .ipam(let blocks): snapshot.cluster.ipam = note(snapshot.cluster.ipam, blocks)
        case .filters(let filters): snapshot.cluster.filters = note(snapshot.cluster.filters, filters)
        case .calicoVersion(let version):
            snapshot.cluster.calicoVersion = note(snapshot.cluster.calicoVersion, version)
        default: break
        }
    }

    /// The pods of one node replace that node's pods only.
    private mutating func absorb(_ pods: [Pod], of node: NodeName?, _ provenance: Provenance) {
        var all = pods
        if let node, let before = snapshot.cluster.pods { all += before.value.filter { $0.node != node } }
        snapshot.cluster.pods = Observed(all, provenance)
    }

    /// Exports of protocols that BIRD no longer has are forgotten with the protocol. Where BIRD was asked for one
    /// protocol alone, that one's row is replaced and every other stays as it was.
    private mutating func absorb(
        _ peers: [NodePeer], of node: NodeName, only name: String?, _ provenance: Provenance
    ) {
        var state = snapshot.nodes[node] ?? NodeState()
        var all = peers
        if let name {
            state.protocolsAreSelected = state.protocols.map { _ in state.protocolsAreSelected } ?? true
            all = (state.protocols?.value ?? []).filter { $0.protocolName != name } + peers
        } else {
            state.protocolsAreSelected = false
        }
        if !state.protocolsAreSelected {
            let names = Set(all.compactMap(\.protocolName))
            state.exports = state.exports.filter { names.contains($0.key) }
        }
        state.protocols = Observed(all, provenance)
        snapshot.nodes[node] = state
    }

    mutating func absorb(
        _ tables: [LeafSummary], of leaf: LeafID, _ provenance: Provenance, _ outcome: inout FoldOutcome
    ) {
        var state = snapshot.leaves[leaf] ?? LeafState()
        let before = state.summaries
        let fresh = Observed(tables, provenance)
        for table in tables {
            let same = before?.value.first { $0.vrf == table.vrf && $0.family == table.family }
            let rows = Dictionary((same?.peers ?? []).map { ($0.neighbor, $0) }) { first, _ in first }
            if same?.peers.count != table.peers.count || same?.tableVersion != table.tableVersion
                || same?.routerID != table.routerID
            {
                outcome.isNews = true
            }
            for peer in table.peers {
                let old = rows[peer.neighbor]
                let former = state.history[peer.neighbor]
                state.history[peer.neighbor, default: SessionHistory()].note(
                    old: old, new: peer, oldAt: before?.at, now: provenance.at)
                if state.history[peer.neighbor] != former || old?.asn != peer.asn { outcome.isNews = true }
                if old?.state != peer.state || old?.prefixesReceived != peer.prefixesReceived {
                    outcome.changedNeighbors.insert(peer.neighbor)
                    outcome.changedOnLeaves[leaf, default: []].insert(peer.neighbor)
                    outcome.isNews = true
                }
            }
        }
        if before?.value.count != tables.count { outcome.isNews = true }
        state.summaries = fresh
        snapshot.leaves[leaf] = state
        outcome.tableVersions[leaf] = state.tableVersion(vrf: snapshot.inventory.vrf)
    }
}

extension SessionHistory {
    /// Takes in two looks at one row: a loss is an Established session that is no longer so, or one whose age is
    /// shorter than the time between the looks.
    mutating func note(old: LeafPeer?, new: LeafPeer, oldAt: Date?, now: Date) {
        guard let old, let oldAt else {
            stateSince = new.age.map { now.addingTimeInterval(-$0.seconds) }
            return
        }
        let elapsed = now.timeIntervalSince(oldAt)
        let isRestarted = new.age.map { $0.seconds + 1.5 < elapsed } ?? false
        if old.state.isEstablished, !new.state.isEstablished || isRestarted { losses.append(now) }
        if losses.count > 20 { losses.removeFirst(losses.count - 20) }
        if old.state.phase != new.state.phase || isRestarted || stateSince == nil {
            stateSince = new.age.map { now.addingTimeInterval(-$0.seconds) } ?? now
        }
    }
}
