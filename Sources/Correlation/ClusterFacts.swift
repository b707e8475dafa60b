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
    /// Block affinities that wait to be confirmed.
    let pendingBlocks: [BlockAffinity]
    /// How many block affinities are confirmed; nil: not read.
    let confirmedBlocks: Int?
    /// The blocks whose affinity to a node is confirmed, by node, in no order.
    let confirmedBlocksOfNode: [NodeName: PrefixList]
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
        let blocks = cluster.blocks?.value ?? []
        pendingBlocks = blocks.indices.filter { blocks[$0].isPending }.map { blocks[$0] }
        let byNode = ClusterFacts.confirmed(blocks)
        confirmedBlocksOfNode = byNode
        confirmedBlocks = cluster.blocks.map { _ in byNode.values.reduce(0) { $0 + $1.count } }
        doubleBlocks = ClusterFacts.doubles(blocks)
        filteredBlocks = ClusterFacts.filtered(cluster, peersOfNode, byNode)
    }

    /// Affinities of a node mostly stand together.
    private static func confirmed(_ affinities: [BlockAffinity]) -> [NodeName: PrefixList] {
        var byNode: [NodeName: PrefixList] = [:]
        var start = 0
        while start < affinities.count {
            let node = affinities[start].node
            var blocks = byNode.removeValue(forKey: node) ?? PrefixList()
            while start < affinities.count, affinities[start].node == node {
                if affinities[start].isConfirmed { blocks.append(affinities[start].block) }
                start += 1
            }
            if blocks.count > 0 { byNode[node] = blocks }
        }
        return byNode
    }

    /// Words sort fastest, and of the design's hundred thousand blocks hardly ever one stands twice.
    private static func doubles(_ affinities: [BlockAffinity]) -> [IPPrefix: Set<NodeName>] {
        var keys: [UInt64] = []
        keys.reserveCapacity(affinities.count)
        var isPlain = true
        for place in affinities.indices {
            guard let key = affinities[place].block.v4Key else {
                isPlain = false
                continue
            }
            if affinities[place].isConfirmed { keys.append(key) }
        }
        keys.sort()
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
        _ cluster: ClusterState, _ peersOfNode: [NodeName: [CalicoPeer]], _ blocks: [NodeName: PrefixList]
    ) -> [NodeName: [(block: IPPrefix, filter: String)]] {
        guard let told = cluster.filters?.value, !told.isEmpty else { return [:] }
        let filters = Dictionary(told.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })
        var found: [NodeName: [(block: IPPrefix, filter: String)]] = [:]
        for (node, peers) in peersOfNode {
            for name in Set(peers.flatMap(\.filters)).sorted() {
                for block in blocks[node]?.all ?? [] where filters[name]?.rejects(block) == true {
                    found[node, default: []].append((block, name))
                }
            }
        }
        return found
    }
}
