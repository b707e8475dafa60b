import Fabric
import FoundationEssentials

/// A leaf's summary tables of the context's VRF, found by neighbor.
struct LeafFacts: Sendable {
    /// The tables of the VRF, IPv4 and IPv6 unicast.
    let tables: [LeafSummary]
    /// Where they come from; nil: not read.
    let provenance: Provenance?
    /// The rows by neighbor address.
    let rows: [IPAddress: LeafPeer]
    /// Whether a table of the VRF was read. A look that shows none tells nothing about its neighbors.
    var isRead: Bool { !tables.isEmpty }
    /// The leaf's router id in the VRF, by which BIRD names it.
    let routerID: IPAddress?

    init(_ state: LeafState, vrf: String?) {
        let all = state.summaries?.value ?? []
        tables = all.filter { LeafFacts.isOf(vrf: vrf, table: $0) }
        provenance = state.summaries?.provenance
        routerID = tables.lazy.compactMap(\.routerID).first
        var rows: [IPAddress: LeafPeer] = [:]
        for peer in tables.flatMap(\.peers) where rows[peer.neighbor]?.state.isEstablished != true {
            rows[peer.neighbor] = peer
        }
        self.rows = rows
    }

    /// Without a VRF in the configuration every VRF counts but the fabric's own overlay.
    private static func isOf(vrf: String?, table: LeafSummary) -> Bool {
        if let family = table.family, family.contains("vpn") || family.contains("evpn") { return false }
        guard let told = table.vrf else { return true }
        return vrf.map { $0 == told } ?? (told != "overlay-1")
    }
}

/// A process of Calico that does not run on a node.
enum Outage: Sendable {
    /// calico-node as a whole.
    case calico
    /// The BIRD that peers with the leaves.
    case bird
}

extension CalicoNodeStatus {
    /// What does not run. calicoctl names BIRD's absence per family (`BIRDv4 process: 'bird' is not running.`), or in
    /// one sentence for both; without BIRDv6 a node of an IPv4 cluster is whole.
    var outage: Outage? {
        if !isRunning { return .calico }
        guard peers.isEmpty else { return nil }
        let isSilent = remarks.contains {
            $0.contains("not running") && $0.contains("BIRDv4")
                || $0.hasPrefix("The BGP backend process") || $0.hasPrefix("None of the BGP backend processes")
        }
        return isSilent ? .bird : nil
    }
}

/// What a node tells of its peers, calicoctl's and BIRD's words as one.
struct NodeFacts: Sendable {
    /// The peerings with leaves: mesh and workload peers left out.
    let peers: [NodePeer]
    /// Peers of the node-to-node mesh.
    let meshPeers: [NodePeer]
    /// Where the peers come from; nil: not read.
    let provenance: Provenance?
    /// What calicoctl says does not run on the node: its empty table then says nothing of what is configured.
    let outage: Outage?
    /// The node's clock, for its times of day.
    let clock: BIRDClock
    /// What the node exports, by the peer's address.
    let exports: [IPAddress: Observed<[NodeRoute]>]

    /// Whether a peer that is not among ``peers`` is known to be absent.
    let isWhole: Bool

    var isRead: Bool { provenance != nil }

    init(_ state: NodeState) {
        isWhole = state.arePeersWhole
        let told = state.peers
        let bird = state.protocols?.value ?? []
        let details = Dictionary(bird.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        let rows = (told?.value ?? []).map { NodeFacts.completed($0, by: details[$0.address]) }
        peers = rows.filter { $0.kind != .mesh && $0.kind != .localWorkload }
        meshPeers = rows.filter { $0.kind == .mesh }
        provenance = told?.provenance
        outage = state.calico.flatMap { $0.at >= told?.at ?? $0.at ? $0.value.outage : nil }
        clock = BIRDClock(status: state.bird)
        var exports: [IPAddress: Observed<[NodeRoute]>] = [:]
        for peer in peers {
            let names = NodeFacts.protocolNames(of: peer)
            exports[peer.address] = names.lazy.compactMap { state.exports[$0] }.first
        }
        self.exports = exports
    }

    /// calicoctl tells neither AS nor router id; BIRD's row of the same address does.
    private static func completed(_ peer: NodePeer, by detail: NodePeer?) -> NodePeer {
        guard let detail else { return peer }
        var peer = peer
        peer.protocolName = peer.protocolName ?? detail.protocolName
        peer.neighborID = peer.neighborID ?? detail.neighborID
        peer.neighborAS = peer.neighborAS ?? detail.neighborAS
        peer.sourceAddress = peer.sourceAddress ?? detail.sourceAddress
        peer.exported = peer.exported ?? detail.exported
        peer.imported = peer.imported ?? detail.imported
        peer.holdTime = peer.holdTime ?? detail.holdTime
        return peer
    }

    /// The names that Calico's template gives a peer's protocol: `Node_192_168_2_4`.
    private static func protocolNames(of peer: NodePeer) -> [String] {
        if let name = peer.protocolName { return [name] }
        let tail = peer.address.description.map { $0 == "." || $0 == ":" ? "_" : String($0) }.joined()
        return ["Node_" + tail, "Global_" + tail]
    }
}

extension NodePeer {
    /// Whether the protocol was switched off by hand: down, and BIRD has no error to tell. calicoctl leaves such a
    /// row out altogether.
    var isDisabled: Bool {
        protocolState == "down" && (lastError ?? "").isEmpty && (state == nil || state?.phase == .down)
    }

    /// What the row says, for evidence.
    var words: String {
        let text = info.isEmpty ? (state?.words ?? "") : info
        return "\(address) \(protocolState)" + (since.isEmpty ? "" : " since \(since)")
            + (text.isEmpty ? "" : " \(text)")
    }
}

extension LeafPeer {
    /// What the row says, for evidence.
    var words: String { "\(neighbor) AS \(asPrinted) Up/Down \(upDown) State/PfxRcd \(stateOrPrefixes)" }
}

/// The snapshot with everything found by key, made once for all of correlation.
struct Facts: Sendable {
    let snapshot: Snapshot
    let now: Date
    let leaves: [LeafID: LeafFacts]
    let nodes: [NodeName: NodeFacts]
    /// BGPPeers by name.
    let calicoPeers: [String: CalicoPeer]
    /// BGPPeers that name a node, by node.
    let calicoPeersOfNode: [NodeName: [CalicoPeer]]
    /// BGPPeers for several nodes (by selector, or for all), by the peer's address.
    private let sharedCalicoPeers: [IPAddress: CalicoPeer]
    /// Kubernetes nodes by name.
    let kubernetesNodes: [NodeName: KubernetesNode]
    /// Blocks with several confirmed affinities, and their nodes.
    let doubleBlocks: [IPPrefix: Set<NodeName>]
    /// Blocks that BGPFilters of a node's own BGPPeers reject.
    let filteredBlocks: [NodeName: [(block: IPPrefix, filter: String)]]

    init(_ snapshot: Snapshot, now: Date) {
        self.snapshot = snapshot
        self.now = now
        let vrf = snapshot.inventory.vrf
        leaves = snapshot.leaves.mapValues { LeafFacts($0, vrf: vrf) }
        nodes = snapshot.nodes.mapValues(NodeFacts.init)
        calicoPeers = Dictionary(
            (snapshot.cluster.peers?.value ?? []).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var peersOfNode: [NodeName: [CalicoPeer]] = [:]
        for peer in snapshot.cluster.peers?.value ?? [] {
            if let node = peer.node { peersOfNode[node, default: []].append(peer) }
        }
        calicoPeersOfNode = peersOfNode
        sharedCalicoPeers = Dictionary(
            (snapshot.cluster.peers?.value ?? []).filter { $0.node == nil }.map { ($0.peerIP, $0) },
            uniquingKeysWith: { first, _ in first })
        kubernetesNodes = Dictionary(
            (snapshot.cluster.nodes?.value ?? []).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        doubleBlocks = Facts.doubles(snapshot.cluster.blocks?.value ?? [])
        filteredBlocks = Facts.filtered(snapshot.cluster, peersOfNode)
    }

    /// Words sort fastest, and of the design's hundred thousand blocks hardly ever one stands twice.
    private static func doubles(_ affinities: [BlockAffinity]) -> [IPPrefix: Set<NodeName>] {
        var keys = affinities.filter(\.isConfirmed).compactMap(\.block.v4Key)
        keys.sort()
        let isPlain = affinities.allSatisfy { $0.block.family == .ipv4 }
        if isPlain, zip(keys, keys.dropFirst()).allSatisfy({ $0 < $1 }) { return [:] }
        let confirmed = affinities.filter(\.isConfirmed).sorted { $0.block < $1.block }
        var doubles: [IPPrefix: Set<NodeName>] = [:]
        for (one, next) in zip(confirmed, confirmed.dropFirst()) where one.block == next.block && one.node != next.node
        {
            doubles[one.block, default: []].formUnion([one.node, next.node])
        }
        return doubles
    }

    private static func filtered(
        _ cluster: ClusterState, _ peersOfNode: [NodeName: [CalicoPeer]]
    ) -> [NodeName: [(block: IPPrefix, filter: String)]] {
        guard let told = cluster.filters?.value, !told.isEmpty else { return [:] }
        let filters = Dictionary(told.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })
        var found: [NodeName: [(block: IPPrefix, filter: String)]] = [:]
        let blocks = Dictionary(grouping: (cluster.blocks?.value ?? []).lazy.filter(\.isConfirmed), by: \.node)
        for (node, peers) in peersOfNode {
            for name in Set(peers.flatMap(\.filters)).sorted() {
                for affinity in blocks[node] ?? [] where filters[name]?.rejects(affinity.block) == true {
                    found[node, default: []].append((affinity.block, name))
                }
            }
        }
        return found
    }

    /// The BGPPeer that a node has for an address: its own, else one for several nodes.
    func calicoPeer(_ node: NodeName, _ address: IPAddress?) -> CalicoPeer? {
        calicoPeersOfNode[node]?.first { $0.peerIP == address } ?? address.flatMap { sharedCalicoPeers[$0] }
    }

    /// Whether a fact is too old to be trusted: its source has been silent for three intervals.
    func isOld(_ provenance: Provenance) -> Bool {
        snapshot.sources[provenance.source]?.freshness(at: now) == .stale
    }

    /// Seconds between two looks at a source; 30 where the source is not scheduled, as in a capture folder.
    func interval(_ provenance: Provenance) -> Double {
        snapshot.sources[provenance.source]?.interval.seconds ?? 30
    }

    /// The leaf's table of the VRF for a family; where the configuration names no VRF, the largest one.
    func table(_ leaf: LeafID, _ family: AddressFamily) -> Observed<RouteTable>? {
        guard let state = snapshot.leaves[leaf] else { return nil }
        if let vrf = snapshot.inventory.vrf {
            return state.routes[RouteTableKey(vrf: vrf, family: family)]
                ?? state.routes[RouteTableKey(vrf: nil, family: family)]
        }
        return state.routes.filter { $0.key.family == family && $0.key.vrf != "overlay-1" }.values
            .max { ($0.value.count, $0.value.vrf ?? "") < ($1.value.count, $1.value.vrf ?? "") }
    }

    /// What the leaf accepted in the VRF, of a family; nil where no source tells paths.
    func paths(_ leaf: LeafID, _ family: AddressFamily) -> AcceptedPaths? {
        guard let state = snapshot.leaves[leaf], let table = table(leaf, family) else { return nil }
        return state.paths[RouteTableKey(vrf: table.value.vrf, family: family)]?.value
    }
}
