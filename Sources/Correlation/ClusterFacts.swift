import Fabric

/// What the cluster tells, found by key.
final class ClusterFacts: Sendable {
    /// BGPPeers by name.
    let calicoPeers: [String: CalicoPeer]
    /// BGPPeers that name a node, by node.
    let calicoPeersOfNode: [NodeName: [CalicoPeer]]
    /// BGPPeers for several nodes (by selector, or for all), by the peer's address.
    let sharedCalicoPeers: [IPAddress: CalicoPeer]
    /// Kubernetes nodes by name.
    let kubernetesNodes: [NodeName: KubernetesNode]
    /// Blocks with several confirmed affinities, and their nodes.
    let doubleBlocks: [IPPrefix: Set<NodeName>]
    /// How many block affinities are confirmed; nil: not read.
    let confirmedBlocks: Int?
    /// Blocks that BGPFilters of a node's own BGPPeers reject.
    let filteredBlocks: [NodeName: [(block: IPPrefix, filter: String)]]

    init(_ cluster: ClusterState) {
        let peers = cluster.peers?.value ?? []
        calicoPeers = Dictionary(peers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var peersOfNode: [NodeName: [CalicoPeer]] = [:]
        for peer in peers {
            if let node = peer.node { peersOfNode[node, default: []].append(peer) }
        }
        calicoPeersOfNode = peersOfNode
        sharedCalicoPeers = Dictionary(
            peers.filter { $0.node == nil }.map { ($0.peerIP, $0) }, uniquingKeysWith: { first, _ in first })
        kubernetesNodes = Dictionary(
            (cluster.nodes?.value ?? []).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        confirmedBlocks = cluster.blocks?.value.count(where: \.isConfirmed)
        doubleBlocks = ClusterFacts.doubles(cluster.blocks?.value ?? [])
        filteredBlocks = ClusterFacts.filtered(cluster, peersOfNode)
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
}
