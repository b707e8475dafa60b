import Fabric
import FoundationEssentials

/// The snapshot with everything found by key, made once for all of correlation.
///
/// What a part of the snapshot was turned into before is taken over where that part is the same; most are, from look to
/// look.
struct Facts: Sendable {
    let snapshot: Snapshot
    let now: Date
    /// What is not as in the facts before; nil: there were none.
    let news: FactNews?
    /// Sources that have been silent for too long.
    let old: Set<SourceID>
    /// Sources that were asked and did not answer.
    let failing: Set<SourceID>
    let leaves: [LeafID: LeafFacts]
    let nodes: [NodeName: NodeFacts]

    init(_ snapshot: Snapshot, now: Date, after former: Facts? = nil) {
        self.snapshot = snapshot
        self.now = now
        let vrf = snapshot.inventory.vrf
        let comparable = former.flatMap { $0.snapshot.inventory.vrf == vrf ? $0 : nil }
        var old: Set<SourceID> = []
        var failing: Set<SourceID> = []
        for (source, status) in snapshot.sources {
            switch status.freshness(at: now) {
            case .stale: old.insert(source)
            case .failing: failing.insert(source)
            default: break
            }
        }
        self.old = old
        self.failing = failing
        var news = comparable.map { FactNews(of: snapshot, old, after: $0) }
        var leaves = comparable?.leaves ?? [:]
        for (leaf, state) in snapshot.leaves where leaves[leaf]?.isOf(state) != true {
            leaves[leaf] = LeafFacts(state, vrf: vrf)
            news?.leaves.insert(leaf)
        }
        var nodes = comparable?.nodes ?? [:]
        for (node, state) in snapshot.nodes where nodes[node]?.isOf(state) != true {
            nodes[node] = NodeFacts(state, after: nodes[node])
            news?.nodes.insert(node)
        }
        if nodes.count > snapshot.nodes.count { nodes = nodes.filter { snapshot.nodes[$0.key] != nil } }
        if leaves.count > snapshot.leaves.count { leaves = leaves.filter { snapshot.leaves[$0.key] != nil } }
        self.leaves = leaves
        self.nodes = nodes
        self.news = news
        cluster =
            comparable.flatMap { news?.isClusterSame == true ? $0.cluster : nil } ?? ClusterFacts(snapshot.cluster)
    }

    private let cluster: ClusterFacts

    /// BGPPeers by name.
    var calicoPeers: [String: CalicoPeer] { cluster.calicoPeers }
    /// BGPPeers that name a node, by node.
    var calicoPeersOfNode: [NodeName: [CalicoPeer]] { cluster.calicoPeersOfNode }
    /// Kubernetes nodes by name.
    var kubernetesNodes: [NodeName: KubernetesNode] { cluster.kubernetesNodes }
    /// Blocks with several confirmed affinities, and their nodes.
    var doubleBlocks: [IPPrefix: Set<NodeName>] { cluster.doubleBlocks }
    /// Block affinities that wait to be confirmed.
    var pendingBlocks: [BlockAffinity] { cluster.pendingBlocks }
    /// The blocks whose affinity to a node is confirmed, by node.
    var confirmedBlocksOfNode: [NodeName: PrefixList] { cluster.confirmedBlocksOfNode }
    /// How many block affinities are confirmed; nil: not read.
    var confirmedBlocks: Int? { cluster.confirmedBlocks }
    /// Blocks that BGPFilters of a node's own BGPPeers reject.
    var filteredBlocks: [NodeName: [(block: IPPrefix, filter: String)]] { cluster.filteredBlocks }

    /// The BGPPeer that a node has for an address: its own, else one for several nodes.
    func calicoPeer(_ node: NodeName, _ address: IPAddress?) -> CalicoPeer? {
        calicoPeersOfNode[node]?.first { $0.peerIP == address } ?? address.flatMap { cluster.sharedCalicoPeers[$0] }
    }

    /// Whether a fact is too old to be trusted: its source has been silent for three intervals.
    func isOld(_ provenance: Provenance) -> Bool {
        old.contains(provenance.source)
    }

    /// Whether a node has failed to answer since it last told what it exports: what leaves tell now may follow from a change
    /// that it could not tell.
    func hasFallenSilent(_ node: NodeName) -> Bool {
        guard let status = snapshot.sources[.node(node)], status.error != nil, let asked = status.lastAttempt,
            let told = nodes[node]?.exports.values.map(\.at).max()
        else { return false }
        return told < asked
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
