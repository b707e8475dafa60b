public import Fabric
public import FoundationEssentials

/// What a fold noticed beside the snapshot: food for the poll schedule and the log.
public struct FoldOutcome: Sendable {
    /// Table versions that were read.
    public var tableVersions: [LeafID: UInt64] = [:]
    /// Neighbors whose session changed on a leaf: their nodes are worth an early look.
    public var changedNeighbors: Set<IPAddress> = []
    /// Lines that could not be placed, with source and command in front.
    public var diagnostics: [String] = []
    /// Whether the look as a whole succeeded.
    public var succeeded = true
}

/// The fold of observations into a snapshot: the one place where facts enter.
///
/// A failed look changes nothing but the source's status, so the last good state stays and is shown with its age.
public struct Fold: Sendable {
    /// The snapshot as folded so far.
    public internal(set) var snapshot: Snapshot
    /// What leaves told unasked within the last minutes, for answers that were asked for before.
    var events: [LeafID: [(at: Date, news: BGPNews)]] = [:]

    /// A fold that begins with nothing observed.
    public init(inventory: Inventory, at: Date) { snapshot = Snapshot(inventory: inventory, at: at) }

    /// Takes in the result of a look.
    ///
    /// - Parameters:
    ///   - result: answers and failure of the look.
    ///   - interval: how often this source is asked, the measure of its freshness.
    ///   - now: when the look ended.
    public mutating func absorb(_ result: LookResult, interval: Duration, now: Date) -> FoldOutcome {
        let outcome = absorb(
            result.answers, of: result.look.source, error: result.error, interval: interval, now: now)
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
        var outcome = FoldOutcome()
        var failures: [SourceID: SourceError] = [:]
        var read: Set<SourceID> = []
        let skews = snapshot.fabric.skews
        for decoded in decode(answers, skew: { skews[$0] ?? 0 }) {
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
            note(source, failures[source], hasNews: read.contains(source), interval: interval, now: now)
        }
        outcome.succeeded = failures.isEmpty
        return outcome
    }

    /// Announces a source before its first look, so that it is shown as waiting.
    public mutating func expect(_ source: SourceID, interval: Duration) {
        if snapshot.sources[source] == nil { snapshot.sources[source] = SourceStatus(interval: interval) }
    }

    private mutating func note(
        _ source: SourceID, _ failure: SourceError?, hasNews: Bool, interval: Duration, now: Date
    ) {
        var status = snapshot.sources[source] ?? SourceStatus(interval: interval)
        status.interval = interval
        status.lastAttempt = now
        if hasNews { status.lastSuccess = now }
        status.error = failure
        status.failures = failure == nil ? 0 : status.failures + 1
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
            state.routes[key] = Observed(table, provenance)
            state.routesAreSelected = isSelection
            state.routesVersion = state.tableVersion(vrf: vrf)
            snapshot.leaves[leaf] = state
            return .leaf(leaf)
        case .calicoStatus(let node, let status):
            snapshot.nodes[node, default: NodeState()].calico = Observed(status, provenance)
            return .node(node)
        case .protocols(let node, let peers, let name):
            absorb(peers, of: node, only: name, provenance)
            return .node(node)
        case .nodeRoutes(let node, let routes):
            snapshot.nodes[node, default: NodeState()].routes = Observed(routes, provenance)
            return .node(node)
        case .exports(let node, let name, let routes):
            snapshot.nodes[node, default: NodeState()].exports[name] = Observed(routes, provenance)
            return .node(node)
        case .birdStatus(let node, let status):
            snapshot.nodes[node, default: NodeState()].bird = Observed(status, provenance)
            return .node(node)
        case .bgp(let leaf, let news):
            absorb(news, of: leaf, asked: asked, provenance, &outcome)
            return .leaf(leaf)
        case .bgpEvent(let leaf, let news):
            absorb(event: news, of: leaf, provenance, &outcome)
            return .leaf(leaf)
        case .fabricNodes, .fabricSystems, .pairs, .faults, .audit, .fabricConfiguration, .capacity:
            applyFabric(observation, provenance, &outcome)
            return .apic
        default:
            applyCluster(observation, provenance)
            return .kubernetes
        }
    }

    private mutating func applyCluster(_ observation: Observation, _ provenance: Provenance) {
        switch observation {
        case .kubernetesNodes(let nodes): snapshot.cluster.nodes = Observed(nodes, provenance)
        case .services(let services): snapshot.cluster.services = Observed(services, provenance)
        case .endpoints(let endpoints): snapshot.cluster.endpoints = Observed(endpoints, provenance)
        case .pods(let pods, let node): absorb(pods, of: node, provenance)
        case .budgets(let budgets): snapshot.cluster.budgets = Observed(budgets, provenance)
        case .calicoPeers(let peers): snapshot.cluster.peers = Observed(peers, provenance)
        case .bgpConfiguration(let value): snapshot.cluster.bgpConfiguration = Observed(value, provenance)
        case .blocks(let blocks): snapshot.cluster.blocks = Observed(blocks, provenance)
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
            for peer in table.peers {
                let old = rows[peer.neighbor]
                state.history[peer.neighbor, default: SessionHistory()].note(
                    old: old, new: peer, oldAt: before?.at, now: provenance.at)
                if old?.state != peer.state || old?.prefixesReceived != peer.prefixesReceived {
                    outcome.changedNeighbors.insert(peer.neighbor)
                }
            }
        }
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
