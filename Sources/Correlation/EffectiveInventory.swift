import Design
import Fabric

/// Completes the configured inventory by what sources tell; what it adds is marked discovered.
struct EffectiveInventory {
    private let facts: Facts
    private var inventory: Inventory
    /// Neighbor addresses and the leaves that have them.
    private let leavesOfNeighbor: [IPAddress: [LeafID]]
    /// The neighbor in each /29 (or /125).
    private let neighborInSubnet: [IPPrefix: IPAddress]
    private let leafOfRouterID: [IPAddress: LeafID]

    /// The inventory in force.
    ///
    /// - Parameter former: what was concluded before; where nothing is new that an inventory follows from, its own
    ///   stays.
    static func complete(_ facts: Facts, after former: Basis? = nil) -> Inventory {
        if let former, former.hasInventory(of: facts) { return former.inventory }
        var work = EffectiveInventory(facts)
        work.addLeaves()
        work.addNodes()
        work.placeNodes()
        work.fillRacks()
        work.fillSubnets()
        return work.inventory
    }

    private init(_ facts: Facts) {
        self.facts = facts
        inventory = facts.snapshot.inventory
        var leavesOfNeighbor: [IPAddress: [LeafID]] = [:]
        var neighborInSubnet: [IPPrefix: IPAddress] = [:]
        var leafOfRouterID: [IPAddress: LeafID] = [:]
        for (leaf, known) in facts.leaves.sorted(by: { $0.key < $1.key }) {
            if let routerID = known.routerID { leafOfRouterID[routerID] = leaf }
            for neighbor in known.rows.neighbors.sorted() {
                leavesOfNeighbor[neighbor, default: []].append(leaf)
                if let subnet = NodeSubnet(nodeAddress: neighbor), neighborInSubnet[subnet.prefix] == nil {
                    neighborInSubnet[subnet.prefix] = neighbor
                }
            }
        }
        self.leavesOfNeighbor = leavesOfNeighbor
        self.neighborInSubnet = neighborInSubnet
        self.leafOfRouterID = leafOfRouterID
    }

    private mutating func addLeaves() {
        var known = Set(inventory.leaves.map(\.id))
        let inRacks = inventory.racks.flatMap(\.leaves)
        for id in inRacks + facts.leaves.keys.sorted() where known.insert(id).inserted {
            let told = facts.leaves[id]?.tables.lazy.compactMap(\.nodeName).first
            inventory.leaves.append(
                Leaf(
                    id: id, name: told ?? "leaf-\(id)", rack: nil,
                    origin: inRacks.contains(id) ? .configured : .discovered))
        }
    }

    private mutating func addNodes() {
        var known = Set(inventory.nodes.map(\.name))
        let told = Set(facts.kubernetesNodes.keys).union(facts.nodes.keys).subtracting(known).sorted()
        for name in told where known.insert(name).inserted {
            inventory.nodes.append(Node(name: name, address: nil, asn: nil, rack: nil, origin: .discovered))
        }
        if inventory.nodes.isEmpty, !isNodeSideExpected { addNeighborsAsNodes() }
        inventory.nodes = inventory.nodes.map(completed)
    }

    /// Whether a source that names nodes is asked but has not answered yet.
    private var isNodeSideExpected: Bool {
        facts.snapshot.sources.keys.contains {
            switch $0 {
            case .node, .kubernetes: true
            case .apic, .leaf: false
            }
        }
    }

    /// With the leaves as the only source a neighbor is all that is known of a node; its address names it.
    private mutating func addNeighborsAsNodes() {
        for address in leavesOfNeighbor.keys.sorted() {
            inventory.nodes.append(
                Node(name: NodeName(address.description), address: address, asn: nil, rack: nil, origin: .discovered))
        }
    }

    private func completed(_ node: Node) -> Node {
        var node = node
        let kubernetes = facts.kubernetesNodes[node.name]
        if node.address == nil {
            node.address = address(of: node.name, kubernetes)
            node.subnetLength = node.subnetLength ?? kubernetes?.calicoPrefixLength
        }
        if node.asn == nil { node.asn = asn(of: node, kubernetes) }
        return node
    }

    /// Calico's annotation, BIRD's source address, the neighbor that shares a /29 with one of the node's peers, or
    /// an address of the node that a leaf has as neighbor.
    private func address(of name: NodeName, _ kubernetes: KubernetesNode?) -> IPAddress? {
        if let address = kubernetes?.calicoAddress { return address }
        let peers = facts.nodes[name]?.peers ?? []
        if let address = peers.lazy.compactMap(\.sourceAddress).first { return address }
        let bySubnet = peers.lazy.compactMap {
            NodeSubnet(nodeAddress: $0.address).flatMap { neighborInSubnet[$0.prefix] }
        }.first
        if let bySubnet { return bySubnet }
        let others = [facts.snapshot.nodes[name]?.bird?.value.routerID, kubernetes?.internalIP]
        return others.lazy.compactMap { $0 }.first { leavesOfNeighbor[$0] != nil }
    }

    private func asn(of node: Node, _ kubernetes: KubernetesNode?) -> ASN? {
        if let asn = kubernetes?.calicoAS { return asn }
        if let asn = facts.snapshot.cluster.bgpConfiguration?.value?.asn, kubernetes != nil { return asn }
        guard let address = node.address else { return nil }
        let rows = (leavesOfNeighbor[address] ?? []).compactMap { facts.leaves[$0]?.rows[address]?.asn }
        return mostCommon(rows)
    }

    /// The leaves that a node's sessions end on, from either side.
    private func leaves(of node: Node) -> Set<LeafID> {
        var leaves: Set<LeafID> = []
        if let address = node.address { leaves.formUnion(leavesOfNeighbor[address] ?? []) }
        for peer in facts.nodes[node.name]?.peers ?? [] {
            if let leaf = peer.neighborID.flatMap({ leafOfRouterID[$0] }) { leaves.insert(leaf) }
        }
        return leaves
    }

    private mutating func placeNodes() {
        guard inventory.nodes.contains(where: { $0.rack == nil }) else { return }
        let named = leavesByPeerName()
        var sets: [Int: Set<LeafID>] = [:]
        for (index, node) in inventory.nodes.enumerated() where node.rack == nil {
            sets[index] = leaves(of: node).union(named[node.name] ?? [])
        }
        let widest = Set(sets.values).sorted { ($0.count, $1.min() ?? LeafID(0)) > ($1.count, $0.min() ?? LeafID(0)) }
        for set in widest where !set.isEmpty {
            guard !inventory.racks.contains(where: { set.isSubset(of: $0.leaves) }) else { continue }
            let leaves = set.sorted()
            let name = leaves.map(\.description).joined(separator: "-")
            inventory.racks.append(Rack(name: name, asn: nil, leaves: leaves, origin: .discovered))
        }
        for (index, set) in sets where !set.isEmpty {
            inventory.nodes[index].rack = inventory.racks.first { set.isSubset(of: $0.leaves) }?.name
        }
    }

    /// BGPPeers named as in the paper, `leaf203-calico-master-1`, tell which leaves a node should peer with.
    private func leavesByPeerName() -> [NodeName: Set<LeafID>] {
        var result: [NodeName: Set<LeafID>] = [:]
        for peer in facts.calicoPeers.values where peer.name.hasPrefix("leaf") {
            guard let node = peer.node, let number = Int(peer.name.dropFirst(4).prefix { $0.isNumber }) else {
                continue
            }
            let leaf = LeafID(number)
            if peer.name == IntendedPeers.name(leaf: leaf, node: node) { result[node, default: []].insert(leaf) }
        }
        return result
    }

    private mutating func fillRacks() {
        let rackOfLeaf = Dictionary(
            inventory.racks.flatMap { rack in rack.leaves.map { ($0, rack.name) } }, uniquingKeysWith: { a, _ in a })
        for index in inventory.leaves.indices where inventory.leaves[index].rack == nil {
            inventory.leaves[index].rack = rackOfLeaf[inventory.leaves[index].id]
        }
        var expected: [String: [ASN]] = [:]
        for node in inventory.nodes {
            guard let rack = node.rack else { continue }
            let told = (facts.calicoPeersOfNode[node.name] ?? []).map(\.asn)
            expected[rack, default: []] +=
                told.isEmpty ? (facts.nodes[node.name]?.peers ?? []).compactMap(\.neighborAS) : told
        }
        for index in inventory.racks.indices where inventory.racks[index].asn == nil {
            inventory.racks[index].asn = mostCommon(expected[inventory.racks[index].name] ?? [])
        }
    }

    private mutating func fillSubnets() {
        guard inventory.serviceSubnets.isEmpty,
            let told = facts.snapshot.cluster.configurationInForce ?? nil
        else { return }
        inventory.serviceSubnets = told.serviceRanges
    }
}

/// The value that most agree on, the smallest of several.
private func mostCommon(_ values: [ASN]) -> ASN? {
    Dictionary(grouping: values, by: { $0 }).mapValues(\.count)
        .max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
}

extension CalicoBGPConfiguration {
    /// Every range that services may be advertised from, ascending, each once.
    var serviceRanges: [IPPrefix] {
        Set(serviceClusterIPs + serviceExternalIPs + serviceLoadBalancerIPs).sorted()
    }
}

extension Basis {
    /// Whether the inventory of the facts is this one: nothing is new, or nothing but what sessions are in.
    fileprivate func hasInventory(of facts: Facts) -> Bool {
        guard let news = facts.news, news.isInventorySame, news.isClusterSame, news.areSourcesSame else { return false }
        return news.leaves.allSatisfy { leaf in
            guard let before = self.facts.leaves[leaf], let now = facts.leaves[leaf] else { return false }
            return now.hasSameNeighbors(as: before)
        }
            && news.nodes.allSatisfy { node in
                guard let before = self.facts.nodes[node], let now = facts.nodes[node] else { return false }
                return now.hasSamePeers(as: before)
            }
    }
}
